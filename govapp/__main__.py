"""`python -m govapp` is the `govapp` command."""

from govapp.app import main

if __name__ == "__main__":
    main()
