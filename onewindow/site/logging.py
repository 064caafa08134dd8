"""The one log formatter: a JSON object a line, with personal values and secrets masked."""

import json
import logging
import re
from datetime import UTC, datetime

from onewindow.site import tracing

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Order counts: an 18-digit number must not be eaten in part as a telephone number.
    (re.compile(r"(?i)\b(bearer\s+|token[\"'=:\s]+|password[\"'=:\s]+|code=|check=)[^\s\"'&,}]+"), r"\1***"),
    (re.compile(r"(postgres(?:ql)?://[^:/@\s]+:)[^@\s]+@"), r"\1***@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "***@***"),
    (
        re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])"),
        "***USCC",
    ),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])"), "***ID"),
    (re.compile(r"(?<!\d)\d{15}(?!\d)"), "***ID"),
    (re.compile(r"(?<!\d)1\d{10}(?!\d)"), "***PHONE"),
    (re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{40,}(?![A-Za-z0-9_-])"), "***SECRET"),
)

# Letters and the figures between them, as addresses have them.
_LETTER = "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_CHINESE = re.compile(rf"{_LETTER}(?:[\s\d·]*{_LETTER})*")


def redact(text: str) -> str:
    """`text` without identity numbers, telephone numbers, e-mail addresses, tokens and passwords."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def anonymous(text: str) -> str:
    """``redact``, and without Chinese: what was typed or stored may hold a name or an address, our words do not."""
    return _CHINESE.sub("***", redact(text))


class RedactingFormatter(logging.Formatter):
    """One line of JSON: at, level, logger, message, the request's name, and the traceback when there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": anonymous(record.getMessage()),
            "process": record.process,
        }
        if request := tracing.current():
            line["request"] = request
        if record.exc_info:
            line["error"] = anonymous(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class OnlyBugs(logging.Filter):
    """Lets pass what nobody foresaw: a 503 has been told once, where the database was found away; a full disk
    (507) stands in the figures."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", 500) not in (503, 507)
