"""Finished exports at addresses of their own, which only the page that asked for one knows."""

from functools import partial
from urllib.parse import quote

from flask import Flask, Response, request

from explorer import addresses
from explorer.export.build import ExportFile
from graph.jobs import Job, JobRunner


def register(server: Flask, exports: JobRunner) -> None:
    """Adds `/export/<key>` to the explorer's server."""
    server.add_url_rule("/export/<key>", "export", partial(answer_request, exports), methods=["GET"])


def answer_request(exports: JobRunner, key: str) -> Response:
    """The file of an export once it is finished; 404 where it is not kept (any more).

    Like the answers of queries it is given to this site's pages alone (explorer/addresses.py).
    """
    if addresses.classify_origin(request) != "here":
        return Response("refused: exports are not given to other websites\n", 403, content_type="text/plain")
    job: Job[ExportFile] | None = exports.find(key[:64])
    file = job.result if job else None
    if file is None:
        return Response("this export is not kept any more; start it once more\n", 404, content_type="text/plain")
    plain = file.name.encode("ascii", "ignore").decode() or "export"
    name = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}"
    return Response(
        file.data,
        200,
        content_type=file.mime,
        headers={"Content-Disposition": name, "Cache-Control": "no-store"},
    )
