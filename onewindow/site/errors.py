"""The last answer: what a caller sees when something of ours broke. Never a stack trace."""

import json
import sys

from django.http import HttpRequest, HttpResponse

from onewindow.site import middleware

_PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>系统出错 · Error</title>
<meta name="viewport" content="width=device-width,initial-scale=1"></head>
<body><main><h1>系统出错了</h1><p>问题已记录。请稍后再试，或到政务服务大厅咨询窗口求助。</p>
<p lang="en">Something went wrong on our side. It has been recorded; please try again later.</p>
<p><a href="/">返回首页 · Home</a></p></main></body></html>
"""


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when what broke is the database (Django calls this while the error is at hand)."""
    error = sys.exc_info()[1]
    if isinstance(error, middleware.AWAY):
        return middleware.away(request, error)
    if request.path_info.startswith(middleware.API_PREFIX):
        problem: dict[str, object] = {
            "type": "urn:onewindow:problem:internal",
            "title": "系统出错",
            "status": 500,
            "detail": "系统出错，问题已记录，请稍后再试。",
            "errors": [],
        }
        return HttpResponse(json.dumps(problem, ensure_ascii=False), "application/problem+json", 500)
    return HttpResponse(_PAGE, status=500)
