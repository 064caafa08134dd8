"""The English edition of what citizens are told, for who chose English; the same kinds, places and versions.

Names of items and organs stay as they are published. Short texts stay within three parts of 67 characters.
"""

from __future__ import annotations

from onewindow.notices.texts import Text

_MATTER = "Your application “%(item)s” (case %(case_no)s)"

TEXTS: dict[str, Text] = {
    "file-locked": Text(
        "A virus was found in a file of yours",
        "A file that you uploaded for “%(item)s” (case %(case_no)s) turned out to carry a virus. It is locked and"
        " nobody can open it any more. Check or remake it before you submit it again; the staff will tell you how. Your"
        " other materials are not affected.",
    ),
    "parcel-sent": Text(
        "“%(title)s” is with the courier",
        _MATTER
        + ": “%(title)s” was given to the courier, waybill %(number)s. Please sign for it when it comes.",
        "“%(title)s” was sent, waybill %(number)s. Please sign for it.",
    ),
    "parcel-ready": Text(
        "“%(title)s” waits in a locker",
        _MATTER
        + ": “%(title)s” lies in a locker: %(place)s. Code %(code)s, until %(until)s. Taking it out counts as service."
        " Give the code to nobody.",
        "“%(title)s”: %(place)s, code %(code)s, until %(until)s. Give it to nobody.",
    ),
    "parcel-expired": Text(
        "“%(title)s” was not fetched in time",
        _MATTER
        + ": “%(title)s” was not taken out of the locker in time. Please fetch it at the issue window.",
        "“%(title)s” was not fetched in time. Please come to the issue window.",
    ),
    "file-locked-loose": Text(
        "A virus was found in a file of yours",
        "A file that you uploaded turned out to carry a virus. It is locked and cannot be used any more. Check or"
        " remake it before you upload it again.",
    ),
    "received": Text(
        "We have received your application",
        _MATTER
        + " has been received. We will look at it as soon as we can and tell you here. You need not do"
        " anything now.",
    ),
    "resubmitted": Text(
        "We have received what you supplied",
        "What you supplied for “%(item)s” (case %(case_no)s) has been received and is being looked at again."
        " You need not do anything now.",
    ),
    "correction-notified": Text(
        "Please supply what is missing",
        _MATTER + " still lacks something. The correction notice says what and how. Please supply it before"
        " %(answer_by)s: open the matter under “My cases” and choose “Completion”, or come to any integrated window."
        " What is not supplied in time is sent back.",
        "“%(item)s”: please supply what is missing before %(answer_by)s. Case %(case_no)s.",
    ),
    "accepted": Text(
        "Your application is accepted",
        _MATTER + " was accepted by %(organ)s and will be decided %(due)s. You can follow it under “My cases”"
        " at any time.",
        "“%(item)s” is accepted and will be decided %(due)s. Case %(case_no)s.",
    ),
    "returned": Text(
        "Your application was sent back",
        _MATTER
        + " was sent back; the return notice says why. You may apply again when the conditions are met.",
        "“%(item)s” was sent back; the return notice says why. Case %(case_no)s.",
    ),
    "acceptance-refused": Text(
        "Your application was not accepted",
        _MATTER
        + " was not accepted. The decision says why, where to go instead, and how you may ask for review or"
        " go to court. Please open it.",
        "“%(item)s” was not accepted; the decision says why. Case %(case_no)s.",
    ),
    "paused": Text(
        "A special procedure is needed",
        _MATTER
        + " needs a special procedure. Its time does not count towards the limit; see the notice. If you are"
        " needed, we will contact you.",
        "“%(item)s” needs a special procedure; its time does not count towards the limit. Case %(case_no)s.",
    ),
    "resumed": Text(
        "The special procedure is over",
        "The special procedure of “%(item)s” (case %(case_no)s) is over and the time runs on: it will be decided"
        " %(due)s.",
    ),
    "extended": Text(
        "The time limit was extended",
        "The time limit of “%(item)s” (case %(case_no)s) was extended as the law allows. It will be decided"
        " %(due)s; the extension notice says why.",
        "The time limit of “%(item)s” was extended. It will be decided %(due)s. Case %(case_no)s.",
    ),
    "granted": Text(
        "Your application is granted",
        _MATTER + " is granted. The decision is under “My cases”; we will tell you when the licence is ready."
        " How did we do? %(rate)s",
        "“%(item)s” is granted; we tell you when the licence is ready. Case %(case_no)s. Rate us: %(rate)s",
        version=2,
    ),
    "denied": Text(
        "Your application is denied",
        _MATTER
        + " is denied. The decision says why and how you may ask for review or go to court. Please open it."
        " How did we do? %(rate)s",
        "“%(item)s” is denied; see the decision for reasons and remedies. Case %(case_no)s. Rate us: %(rate)s",
        version=2,
    ),
    "produced": Text(
        "Your licence is ready",
        "The licence of “%(item)s” (case %(case_no)s) is ready. Please collect it by the way you chose; bring your"
        " identity document to the window.",
        "“%(item)s” is ready; collect it by the way you chose. Case %(case_no)s.",
    ),
    "delivered": Text(
        "The result was delivered",
        "The result of “%(item)s” (case %(case_no)s) was delivered; this matter is finished. We would be glad if you"
        " rated it.",
    ),
    "withdrawn": Text(
        "Your application is withdrawn",
        _MATTER + " was withdrawn as you asked. You may apply again whenever you need to.",
    ),
    "terminated": Text(
        "Your application was terminated",
        _MATTER + " was terminated. The decision says why and how you may ask for review or go to court.",
        "“%(item)s” was terminated; the decision says why. Case %(case_no)s.",
    ),
    "overdue": Text(
        "We are late, and apologise",
        _MATTER
        + " was not decided within the promised time, for which we apologise. %(organ)s has been urged to"
        " decide soon. You need not apply again.",
        "“%(item)s” is later than promised, for which we apologise; it has been urged. Case %(case_no)s.",
    ),
    "site-check-arranged": Text(
        "We are coming to check on the spot",
        _MATTER
        + " will be checked on the spot. The notice says when, where, what is looked at and who comes. Please"
        " open it and be there; to move the day, tell %(organ)s in good time.",
        "“%(item)s” will be checked on the spot; see the notice. Case %(case_no)s.",
    ),
    "hearing-arranged": Text(
        "A hearing is arranged",
        "The hearing on “%(item)s” (case %(case_no)s) is arranged; the notice says when, where and who hosts it. It"
        " costs nothing, and its time is not counted.",
        "A hearing on “%(item)s” is arranged; see the notice. Case %(case_no)s.",
    ),
    "revocation-proposed": Text(
        "Your licence is to be revoked; you may defend yourself",
        "%(organ)s proposes to revoke your licence “%(item)s” (case %(case_no)s). The notice gives facts, reasons and"
        " the term for your statement. Please open it; nothing is decided yet.",
        "“%(item)s” is to be revoked; you may defend yourself, see the notice. Case %(case_no)s.",
    ),
    "licence-withdrawal-proposed": Text(
        "Your licence is to be withdrawn; you may defend yourself",
        "%(organ)s proposes to withdraw your licence “%(item)s” (case %(case_no)s). The notice gives reasons,"
        " compensation and the term for your statement. Please open it; nothing is decided yet.",
        "“%(item)s” is to be withdrawn; you may defend yourself, see the notice. Case %(case_no)s.",
    ),
    "licence-revoked": Text(
        "Your licence was revoked",
        "Your licence “%(item)s” (case %(case_no)s) was revoked. The decision says why and how you may ask for review"
        " or go to court. Please open it.",
        "“%(item)s” was revoked; the decision says why. Case %(case_no)s.",
    ),
    "licence-withdrawn": Text(
        "Your licence was withdrawn",
        "Your licence “%(item)s” (case %(case_no)s) was withdrawn. The decision gives reasons, compensation and how you"
        " may ask for review or go to court. Please open it.",
        "“%(item)s” was withdrawn; the decision says why. Case %(case_no)s.",
    ),
    "licence-cancelled": Text(
        "Your licence was cancelled",
        "Your licence “%(item)s” (case %(case_no)s) was cancelled. The decision gives ground and legal basis. Please"
        " open it.",
        "“%(item)s” was cancelled; the decision says on which ground. Case %(case_no)s.",
    ),
    "pledge-kept": Text(
        "Your promise was checked and kept",
        "“%(item)s” (case %(case_no)s) was granted on your promise. %(organ)s checked it and found it kept. You need do"
        " nothing more.",
        "Your promise for “%(item)s” was checked and kept. Case %(case_no)s.",
    ),
    "rectification-ordered": Text(
        "Order to correct",
        "%(organ)s checked the promise that “%(item)s” (case %(case_no)s) was granted on and found it not met. The"
        " order says what to correct and by when. Please open it.",
        "The promise for “%(item)s” is not met; see the order to correct. Case %(case_no)s.",
    ),
    "pledge-breached": Text(
        "Promise broken, recorded",
        "%(organ)s found that the promise for “%(item)s” (case %(case_no)s) was broken and recorded it. Until that is"
        " repaired you cannot apply on a promise. The case's page gives the reasons.",
        "The promise for “%(item)s” was broken and recorded. Case %(case_no)s.",
    ),
    "credit-repaired": Text(
        "Your record is repaired",
        "The broken promise for “%(item)s” (case %(case_no)s) is repaired in your record; you may apply on a promise"
        " again.",
        "The record for “%(item)s” is repaired. Case %(case_no)s.",
    ),
}
