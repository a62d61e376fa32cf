"""The page of components shows what there is, to whoever is logged in."""

from selectolax.lexbor import LexborHTMLParser

from hub.web.assets import files
from hub.web.demo import demo_path
from tests.unit.web import kit


async def shown():
    services = kit.web(kit.person("ivy", "admin"), demo=True)
    async with kit.client(services) as browser:
        browser.follow_redirects = True
        await browser.get(demo_path("ivy", services.demo_secret))
        answer = await browser.get("/components")
    await services.engine.dispose()
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


async def test_every_icon_of_the_sprite_is_shown():
    page = await shown()
    there = {node.attributes["id"] for node in page.css(".sprite symbol")}
    used = {
        node.attributes["href"].removeprefix("#") for node in page.css(".swatches use")
    }
    assert used == there


async def test_every_variable_of_the_style_sheet_is_shown_once():
    page = await shown()
    names = [node.attributes["data-variable"] for node in page.css("[data-variable]")]
    sheet = files()["touchline.css"].read_text()
    assert "--accent" in names
    assert "--space-1" in names
    assert len(names) == len(set(names))
    assert all(f"{name}:" in sheet for name in names)
