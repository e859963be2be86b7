"""Files people bring: checked, cleaned, kept once by content, and given out again by their owners.

    kinds     what may be brought, and how large
    names     what a file is called on the screen and when it is saved
    pictures, pdfs, office   how each kind is cleaned; cleaning.py chooses
    workshop  cleans in a process of its own, with limits of memory and time
    keeping   the table; the same content is kept once, whoever brings it
    sending   how a slice gives a file out

There is no address that gives out a file by its number, and there must never be one. Who may read a
file follows from what it belongs to: each slice has a download route on its own object, asks its own
rule there each time, and then calls send(). A link that was passed on opens nothing by itself.

For a slice: a column `file_id` with a foreign key to files.id (that is what says the content is still
needed), a column of type FileName, an UploadField in the form, keep() in the action.
"""
