"""What each error page says, and what a person can do about it."""

from typing import NamedTuple

from govapp.core.language import N_


class Refusal(NamedTuple):
    title: str
    message: str
    advice: str


REFUSALS = {
    400: Refusal(
        N_("This request cannot be understood"),
        N_("Something in the address or the form was not as expected."),
        N_("Go back, reload the page and try again."),
    ),
    403: Refusal(
        N_("This page is not open to you"),
        N_("Your account does not have the power this page needs."),
        N_("If you should have it, ask the person who looks after accounts in your office."),
    ),
    404: Refusal(
        N_("This page does not exist"),
        N_("The address may be mistyped, or what it showed was moved."),
        N_("Start from the home page, or search for what you need."),
    ),
    405: Refusal(
        N_("This address does not work that way"),
        N_("The page was opened in a way it does not offer."),
        N_("Go back and use the buttons on the page."),
    ),
    409: Refusal(
        N_("This is not possible now"),
        N_("Things have changed since you opened the page."),
        N_("Go back, reload the page and look at the present state."),
    ),
    413: Refusal(
        N_("What you sent is too large"),
        N_("The file is larger than this site accepts."),
        N_("Send a smaller file."),
    ),
    422: Refusal(
        N_("This cannot be read"),
        N_("The file or form has a mistake."),
        N_("Mend what the message names and send it again."),
    ),
    429: Refusal(
        N_("Too many tries"),
        N_("This was asked more often than is allowed."),
        N_("Wait a few minutes and try again."),
    ),
    503: Refusal(
        N_("This site is closed for now"),
        N_("Something has to be put right before it can be used."),
        N_("Come back later, or tell the people who run it."),
    ),
    500: Refusal(
        N_("Something went wrong on our side"),
        N_("Nothing was changed. We have noted what happened."),
        N_("Try again in a little while. If it stays, tell us the reference number."),
    ),
}
