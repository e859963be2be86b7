from dataclasses import dataclass


@dataclass(frozen=True)
class AdminCreated:
    """An administrator's account was made, or its password set anew, on the server."""

    user_id: int


@dataclass(frozen=True)
class SignedIn:
    user_id: int
    how: str = "password"  # or "code", "recovery_code", "thaid": the last thing that was asked


@dataclass(frozen=True)
class PasswordAccepted:
    """The first of two steps of signing in."""

    user_id: int


@dataclass(frozen=True)
class CameByThaid:
    """ThaID said who somebody is; a new person where nobody had the citizen number. Signing in follows."""

    user_id: int
    is_new: bool


@dataclass(frozen=True)
class ThaidLinked:
    """ThaID said that an account of before belongs to the person with a citizen number."""

    user_id: int


@dataclass(frozen=True)
class SignedOut:
    user_id: int


@dataclass(frozen=True)
class SignInEnded:
    """A person ended one of their own sign-ins elsewhere."""

    user_id: int
    sign_in_id: int


@dataclass(frozen=True)
class OtherSignInsEnded:
    user_id: int
    count: int


@dataclass(frozen=True)
class PasswordChanged:
    """Other sign-ins of the person ended with it."""

    user_id: int


@dataclass(frozen=True)
class LanguageChosen:
    """Of letters to the person."""

    user_id: int
    language: str


@dataclass(frozen=True)
class Proved:
    """A person who was signed in gave a password or code again."""

    user_id: int
    how: str


@dataclass(frozen=True)
class ProofRefused:
    """A wrong password or code, from somebody who was already half or wholly signed in."""

    user_id: int
    how: str


@dataclass(frozen=True)
class SecondFactorTurnedOn:
    """Set up, or moved to another phone; other sign-ins ended with it."""

    user_id: int


@dataclass(frozen=True)
class SecondFactorTurnedOff:
    user_id: int


@dataclass(frozen=True)
class SecondFactorReset:
    """Taken away on the server, for a person who lost phone and recovery codes."""

    user_id: int


@dataclass(frozen=True)
class RecoveryCodesRenewed:
    user_id: int


@dataclass(frozen=True)
class SignedUp:
    """Somebody asked for an account; the address is not verified yet. New, or asked for again."""

    user_id: int


@dataclass(frozen=True)
class SignedUpAgain:
    """Somebody asked for an account with the address of one that is in use."""

    user_id: int


@dataclass(frozen=True)
class LinkOpened:
    """A link that works once was made for a purpose: `verify` or `reset`."""

    user_id: int
    link_id: str
    purpose: str


@dataclass(frozen=True)
class AddressVerified:
    user_id: int


@dataclass(frozen=True)
class ResetAsked:
    """Somebody forgot a password; None when there is no such account."""

    user_id: int | None


@dataclass(frozen=True)
class PasswordReset:
    """A new password by a link from a letter; every sign-in of the person has ended."""

    user_id: int


@dataclass(frozen=True)
class UnverifiedForgotten:
    """Accounts whose address was never verified were taken away."""

    count: int


@dataclass(frozen=True)
class ConsentGiven:
    """A person agreed to a version of a document; where the actor is another, an officer read it to them."""

    user_id: int
    document: str
    version: str


@dataclass(frozen=True)
class ConsentWithdrawn:
    user_id: int
    document: str


@dataclass(frozen=True)
class NameCorrected:
    """By the person, or by an officer."""

    user_id: int


@dataclass(frozen=True)
class PersonRegistered:
    """By an officer."""

    user_id: int
    area_id: int
    evidence: str  # how they showed who they are
    has_citizen_number: bool


@dataclass(frozen=True)
class PersonCorrected:
    """Name, birth date or a citizen number added, by an officer."""

    user_id: int


@dataclass(frozen=True)
class CitizenNumberSeen:
    """Somebody read a whole citizen number. Reason and case number say why; neither names anybody."""

    user_id: int
    reason: str
    case_number: str


@dataclass(frozen=True)
class TooManyNumbersSeen:
    """The actor wanted to read more citizen numbers than anybody may in a day, and was refused."""

    count: int


@dataclass(frozen=True)
class AccessCodeMade:
    """The one before, and the sign-ins it opened, ended with it."""

    user_id: int


@dataclass(frozen=True)
class AccessCodeEnded:
    user_id: int


@dataclass(frozen=True)
class AccessCodeAccepted:
    """The first of two steps of signing in."""

    user_id: int


@dataclass(frozen=True)
class DataTaken:
    """A person downloaded everything about themselves."""

    user_id: int


@dataclass(frozen=True)
class AccountClosed:
    """Everything personal is gone; slices that keep something of the person wipe it now."""

    user_id: int
