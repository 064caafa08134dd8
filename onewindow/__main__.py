"""The administrator's command: `onewindow …` or `python -m onewindow …`."""

from onewindow.site.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
