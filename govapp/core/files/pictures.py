"""Pictures: drawn anew from their pixels, so that nothing else they carried is kept."""

from contextlib import suppress
from io import BytesIO

from PIL import ExifTags, Image, ImageCms, ImageFile

from govapp.core.errors import Unreadable
from govapp.core.files.kinds import MOST_MEGAPIXELS, Kind, Upload
from govapp.core.language import N_

THUMBNAIL_PX = 480  # longest side
QUALITY, THUMBNAIL_QUALITY = 88, 80
PNG_EFFORT = 4  # of 9; 6, the usual, takes twice as long for a tenth
SIXTEEN_BIT = ("I", "I;16", "I;16L", "I;16B", "I;16N")

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SRGB = ImageCms.createProfile("sRGB")

DAMAGED = N_("The picture is cut off or damaged. Copy it from the camera again, or save it anew.")
TOO_MANY_PIXELS = N_(
    "The picture has more than %(megapixels)s megapixels. Make it smaller, or take it anew with fewer."
)


def clean(content: bytes, kind: Kind) -> Upload:
    """The picture upright, in plain colours, without place, time, camera or comments, standing still.

    Raises Unreadable where it has too many pixels, which is asked before any is unpacked, or is damaged.
    """
    try:
        picture = Image.open(BytesIO(content), formats=[kind.upper()])
        if picture.width * picture.height > MOST_MEGAPIXELS * 1_000_000:
            raise Unreadable(TOO_MANY_PIXELS, megapixels=MOST_MEGAPIXELS)
        ImageFile.LOAD_TRUNCATED_IMAGES = False  # another library of this process may have allowed it
        picture.load()
    except Image.DecompressionBombError as error:
        raise Unreadable(TOO_MANY_PIXELS, megapixels=MOST_MEGAPIXELS) from error
    except (OSError, SyntaxError) as error:
        raise Unreadable(DAMAGED) from error
    plain = _plain(_upright(picture))
    if kind is Kind.JPEG:
        drawn = _written(plain, "JPEG", quality=QUALITY)
    else:
        drawn = _written(plain, "PNG", compress_level=PNG_EFFORT)
    return Upload(kind, drawn, _thumbnail(plain), plain.width, plain.height)


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; one that says so in a way nobody understands stays as it is."""
    turn = None
    with suppress(Exception):
        turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return picture if turn is None else picture.transpose(turn)


def _plain(picture: Image.Image) -> Image.Image:
    """As L, RGB or RGBA with eight bits, in the colours screens expect, with nothing attached."""
    if picture.mode in SIXTEEN_BIT:
        picture = picture.convert("I").point(lambda value: value / 257).convert("L")
    if picture.has_transparency_data:
        plain = picture.convert("RGBA")
    elif picture.mode in ("1", "L"):
        plain = picture.convert("L")
    else:
        plain = _in_screen_colours(picture)
    plain.info = {}
    return plain


def _in_screen_colours(picture: Image.Image) -> Image.Image:
    """By the picture's own profile where it has one that can be read."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK"):
        with suppress(ImageCms.PyCMSError, OSError):
            turned = ImageCms.profileToProfile(picture, BytesIO(profile), SRGB, outputMode="RGB")
            if turned is not None:
                return turned
    return picture.convert("RGB")


def _thumbnail(picture: Image.Image) -> bytes:
    scale = min(1, THUMBNAIL_PX / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
    if small.mode == "RGBA":
        white = Image.new("RGBA", small.size, "white")
        small = Image.alpha_composite(white, small).convert("RGB")
    return _written(small, "JPEG", quality=THUMBNAIL_QUALITY)


def _written(picture: Image.Image, form: str, **options: int) -> bytes:
    written = BytesIO()
    picture.save(written, form, **options)
    return written.getvalue()
