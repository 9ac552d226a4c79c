"""Finished exports at addresses of their own, which only the page that asked for one knows."""

from typing import Any
from urllib.parse import quote

from flask import Flask, Response, request

from explorer import addresses
from explorer.export.jobs import EXPORT_JOBS


def register(server: Flask) -> None:
    """Adds `/export/<key>` to the explorer's server: the file once it is finished, 404 where it is not kept (any more).

    Like the answers of queries it is given to this site's pages alone (explorer/addresses.py).
    """

    @server.get("/export/<key>")
    def export(key: str) -> Any:
        task = EXPORT_JOBS.find(key[:64])
        if addresses.classify_origin(request) != "here":
            return Response("refused: exports are not given to other websites\n", 403, content_type="text/plain")
        if task is None or task.file is None:
            return Response("this export is not kept any more; start it once more\n", 404, content_type="text/plain")
        plain = task.file.name.encode("ascii", "ignore").decode() or "export"
        name = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(task.file.name)}"
        return Response(
            task.file.data,
            200,
            content_type=task.file.mime,
            headers={"Content-Disposition": name, "Cache-Control": "no-store"},
        )
