"""Runs `aioimmich` or `pymmich`: python python_programs.py NAME < the line of `immich-fake`."""

import asyncio
import json
import os
import pathlib
import shutil
import subprocess
import sys
import urllib.request

server = json.load(sys.stdin)
report = {
    "calls": 0, "decoded": 0, "known": 0, "refused": {}, "undecodable": [], "notImplemented": [], "faults": [],
    "notCalled": [],
}
photos = pathlib.Path("photos")
shutil.rmtree(photos, ignore_errors=True)
photos.mkdir()
for name in ["one.jpg", "two.jpg", "three.png"]:
    (photos / name).write_text(f"photo {name}")


def call(method, path, body=None):
    """A request of the script itself, which is not counted."""
    headers = {"x-api-key": server["apiKey"], "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server["url"] + path, data, headers, method=method)
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read() or "null")


def user():
    return call("POST", "/api/admin/users", {"email": "bob@immich.test", "password": "secret-1", "name": "Bob"})


async def aioimmich():
    from aiohttp import ClientSession
    from aioimmich import Immich
    from aioimmich.exceptions import ImmichError

    async def judged(name, future, expected=None):
        try:
            return await future
        except ImmichError as error:
            if expected is None or str(expected) not in repr(error):
                report["faults"].append(f"{name}: {error!r}"[:300])
        except Exception as error:  # noqa: BLE001  The client raises errors of its decoder.
            report["undecodable"].append(f"{name}: {error!r}"[:500])

    host, port = server["url"].removeprefix("http://").split(":")
    async with ClientSession() as session:
        immich = Immich(session, server["apiKey"], host, int(port), use_ssl=False)
        await judged("setup", immich.async_setup())
        uploaded = [await judged("upload", immich.assets.async_upload_asset(str(one))) for one in sorted(photos.iterdir())]
        ids = [one.asset_id for one in uploaded if one]
        album = call("POST", "/api/albums", {"albumName": "Trip"})["id"]
        person = call("POST", "/api/people", {"name": "Ada", "birthDate": "1990-02-03"})["id"]
        face = {"imageWidth": 64, "imageHeight": 64, "x": 1, "y": 2, "width": 10, "height": 12}
        call("POST", "/api/faces", {"assetId": ids[0], "personId": person, **face})
        call("PUT", f"/api/people/{person}", {"featureFaceAssetId": ids[0]})
        tag = call("PUT", "/api/tags", {"tags": ["red"]})[0]["id"]
        call("DELETE", "/_fake/requests")
        await judged("add", immich.albums.async_add_assets_to_album(album, ids))
        await judged("upload again", immich.assets.async_upload_asset(str(photos / "one.jpg")))
        for name, future in {
            "albums": immich.albums.async_get_all_albums(),
            "album": immich.albums.async_get_album_info(album),
            "albums by name": immich.albums.async_filter_albums_by_name("Trip"),
            "thumbnail": immich.assets.async_view_asset(ids[0]),
            "people": immich.people.async_get_all_people(),
            "person": immich.people.async_get_person_by_id(person),
            "people by name": immich.people.async_filter_people_by_name("Ada"),
            "count of people": immich.people.async_get_people_count(),
            "thumbnail of a person": immich.people.async_get_person_thumbnail(person),
            "all": immich.search.async_get_all(),
            "favorites": immich.search.async_get_all_favorites(),
            "by tag": immich.search.async_get_all_by_tag_ids([tag]),
            "by person": immich.search.async_get_all_by_person_ids([person]),
            "by album": immich.search.async_get_all_by_album_ids([album]),
            "search of people": immich.search.async_search_persons("Ada"),
            "about": immich.server.async_get_about_info(),
            "storage": immich.server.async_get_storage_info(),
            "statistics": immich.server.async_get_server_statistics(),
            "version": immich.server.async_get_version(),
            "version check": immich.server.async_get_version_check(),
            "tags": immich.tags.async_get_all_tags(),
            "tag": immich.tags.async_get_tag_by_id(tag),
            "tags by name": immich.tags.async_filter_tags_by_name("red"),
            "me": immich.users.async_get_my_user(),
        }.items():
            if not await judged(name, future) and name not in ("favorites", "by tag"):
                report["faults"].append(f"{name}: nothing was found")
        # There is no machine learning.
        await judged("smart search", immich.search.async_smart_search("beach"), expected="Smart search is not enabled")
    return {400}


def pymmich():
    user()
    call("DELETE", "/_fake/requests")
    environment = {**os.environ, "PYMMICH_URL": server["url"], "PYMMICH_API_KEY": server["apiKey"]}
    program = pathlib.Path(sys.executable).with_name("pymmich")

    def run(*parts):
        done = subprocess.run([program, *parts], env=environment, capture_output=True, text=True)
        if done.returncode:
            report["undecodable"].append(f"pymmich {parts[0]}: {(done.stderr or done.stdout)[-300:]}")
        return done.stdout

    run("upload", "photos")
    run("upload", "photos")
    run("upload", "--album", "Other", "photos/one.jpg")
    for listed in (run("list", "--format", "json"), run("list", "photos", "--format", "long")):
        if "two.jpg" not in listed:
            report["faults"].append(f"list: {listed[:200]}")
    if "bob@immich.test" not in run("list-users"):
        report["faults"].append("list-users: nobody was found")
    run("share", "photos", "--with", "bob@immich.test", "--role", "viewer")
    run("unshare", "photos", "--with", "bob@immich.test")
    shutil.rmtree("loaded", ignore_errors=True)
    os.mkdir("loaded")
    run("download", "photos", "--dir", "loaded")
    if not any(one.read_text() == "photo two.jpg" for one in pathlib.Path("loaded").rglob("two.jpg")):
        report["faults"].append("download: the photo is not there")
    return set()


expected = asyncio.run(aioimmich()) if sys.argv[1] == "aioimmich" else pymmich()
for request in call("GET", "/_fake/requests"):
    report["calls"] += 1
    status = request["status"]
    if status == 501:
        report["notImplemented"].append(request["operation"])
    elif status >= 400:
        report["refused"][str(status)] = report["refused"].get(str(status), 0) + 1
        if status not in expected:
            report["faults"].append(f"{request['operation']}: refused with {status}")
    else:
        report["decoded"] += 1
print(json.dumps(report))
