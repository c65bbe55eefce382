"""Menus of plain text go in languages of which the rules know the commonest phrases alone."""

import pytest

from pipeline import clean

PAGES = {
    "ru": (
        "Главная|Новости|Политика|Экономика|Культура|Войти|Регистрация|Поиск|Контакты|Вакансии",
        ("Паром снова ходит.", "После трёх дней шторма рейсы возобновились в понедельник утром."),
        "Читайте также",
        "© 2021 Портовый вестник. Все права защищены.",
    ),
    "pl": (
        "Strona główna|Wiadomości|Gospodarka|Kultura|Pogoda|Zaloguj|Rejestracja|Szukaj|O nas",
        ("Prom znów pływa.", "Po trzech dniach sztormu armator wznowił rejsy w poniedziałek."),
        "Przeczytaj także",
        "© 2021 Portowy. Wszelkie prawa zastrzeżone.",
    ),
    "zh": (
        "首页|新闻|政治|经济|体育|文化|登录|注册|搜索|联系我们|关于我们",
        ("渡轮恢复通航。", "经过三天的风暴，公司于星期一早上恢复了航班服务。"),
        "相关阅读",
        "© 2021 港口报 版权所有",
    ),
    "nl": (
        "Startpagina|Nieuws|Binnenland|Buitenland|Cultuur|Inloggen|Registreren|Zoeken|Over ons",
        ("De veerboot vaart weer.", "Na drie dagen storm begon de rederij maandag opnieuw."),
        "Lees ook",
        "© 2021 De Kade. Alle rechten voorbehouden.",
    ),
}


@pytest.mark.parametrize("language", PAGES)
def test_menus_go_and_the_text_stays(language):
    menu, text, related, notice = PAGES[language]
    entries = menu.split("|")
    rows = [f"• {entry}" for entry in entries]
    below = [f"• {one} {other}" for one, other in zip(entries, entries[3:], strict=False)]
    page = clean("\n".join([*rows, "", *text, "", related, "", *below, "", *rows, notice]))

    kept = [line.text for line in page.lines if line.label in {"content", "title"}]
    assert kept == list(text)
