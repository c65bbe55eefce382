"""Pages in scripts that no line model was trained on: the article is kept, links below it go."""

import numpy as np
import pytest

import pipeline
from pipeline.blocks import page_blocks
from pipeline.boilerplate.features import features_of
from pipeline.boilerplate.line_model import KINDS, PAGE_TYPES, LineScores
from pipeline.boilerplate.scoring import Scored, Thresholds, decide_by_model
from pipeline.document import Line
from tests.margin_cases import PROSE

PAGES = {
    "Chinese": (
        ("首页", "新闻", "体育", "财经", "娱乐", "科技", "论坛", "登录", "注册"),
        "旧码头的灯塔重新点亮",
        (
            "十月的第一个星期五，旧码头的灯塔在熄灭四十年之后重新点亮，岸上来了三百多人，其中许多是孩子，也有几位老渔民。",
            "守塔人说，他小时候每天晚上都看着父亲爬上石阶，把油倒进灯里，那时候船回港要靠这盏灯，没有它就只能在外海等到天亮。",
            "修灯塔的钱是镇上的人一点一点凑起来的，有人卖了旧船，有人在集市上卖鱼汤，学校的孩子们画了明信片寄到各地去。",
            "工程师们保留了原来的铜罩，只换了灯芯和玻璃，所以从海上看过去，光还是从前那种发黄的颜色，老人们一眼就认了出来。",
            "镇长在仪式上没有多讲话，他只说，这盏灯不再是为了船，而是为了让人们记得这里曾经是一个港口，大家都靠海吃饭。",
            "仪式结束以后，人们沿着海堤慢慢走回家，灯光一圈一圈扫过屋顶，有个孩子数到一百才肯去睡觉，他说明天还要再数。",
        ),
        (
            *("相关新闻", "渔市场搬到新址", "小学放假三天", "大桥收费不变", "图书馆延长开放时间"),
            *("老剧院拆除计划推迟", "医院新楼落成", "公交线路调整通知", "冬季供暖提前一周"),
            *("分享到微博", "打印本页", "返回顶部", "热门文章", "港口一日游攻略", "旧船拍卖成功"),
            *("关于我们", "联系方式", "广告服务", "招聘信息", "网站地图", "版权声明"),
        ),
    ),
    "Russian": (
        ("Главная", "Новости", "Спорт", "Экономика", "Культура", "Погода", "Вход", "Регистрация"),
        "Маяк на старом причале снова горит",
        (
            "В первую пятницу октября маяк на старом причале зажгли снова, после сорока лет "
            "темноты, и на берег пришло больше трёхсот человек, среди них много детей.",
            "Смотритель рассказал, что мальчиком каждый вечер видел, как отец поднимается по "
            "каменной лестнице и наливает масло в лампу, без которой лодки ждали в море до утра.",
            "Деньги на ремонт собирали всем городом: кто-то продал старую лодку, кто-то варил на "
            "рынке уху, а школьники рисовали открытки и посылали их во все концы страны.",
            "Инженеры сохранили прежний медный купол и заменили только фитиль и стекло, поэтому с "
            "моря свет остался таким же желтоватым, и старики узнали его с первого взгляда.",
            "Мэр говорил недолго: этот огонь горит теперь не для лодок, сказал он, а для того, "
            "чтобы люди помнили, что здесь когда-то была гавань и все жили морем.",
        ),
        (
            *("Читайте также", "Рыбный рынок переезжает", "Школы закрыты три дня"),
            *("Плата за мост не изменится", "Библиотека открыта дольше", "Театр не снесут"),
            *("Новый корпус больницы", "Автобусы пойдут иначе", "Отопление дадут раньше"),
            *("Поделиться", "Версия для печати", "Наверх", "Популярное", "Прогулка по гавани"),
            *("О нас", "Контакты", "Реклама", "Вакансии", "Карта сайта", "Все права защищены"),
        ),
    ),
}


@pytest.mark.parametrize("language", PAGES)
def test_article_is_kept_and_links_go(language):
    menu, title, paragraphs, below = PAGES[language]
    page = pipeline.clean("\n\n".join(("\n".join(menu), title, *paragraphs, "\n".join(below))))

    assert page.title == title
    assert page.text == "\n\n".join(paragraphs)


def reasons(paragraphs: tuple[str, ...], row: str, scores: tuple[int, ...]) -> list[str]:
    """Return what is said of rows with these scores, of 250, below likely paragraphs."""
    texts = [*paragraphs, *(f"{row} {at}" for at in range(len(scores)))]
    blocks = page_blocks(Line(2 * at, text) for at, text in enumerate(texts, start=1))
    said = LineScores(
        np.array([240] * len(paragraphs) + list(scores), np.int64),
        np.zeros((len(blocks), len(KINDS)), np.int64),
        np.eye(len(PAGE_TYPES), dtype=np.int64)[0] * 250,
        250,
    )
    thresholds = Thresholds(recall_weight=1, keep_above=0.6, keep_within=0.1, drop_below=0.05)
    found = decide_by_model(blocks, {}, Scored(features_of(blocks), said, thresholds), {})
    return [
        f"{found[at].label}{found[at].reason.partition(': ')[2][4:]}"
        for at in range(len(paragraphs), len(blocks))
    ]


UNREAD = ", words not used: not trained on this script"
RUSSIAN = PAGES["Russian"][2]


class TestBounds:
    def test_text_of_a_script_that_was_learned_goes_on_from_a_quarter(self):
        assert reasons(PROSE[:4], "The lamps of harbour", (70, 55)) == [
            "content, within the text",
            "other",
        ]

    def test_text_of_another_script_goes_on_from_two_fifths(self):
        assert reasons(RUSSIAN, "Рыбный рынок номер", (102, 95)) == [
            f"content{UNREAD}, within the text",
            f"other{UNREAD}",
        ]

    def test_within_text_of_another_script_less_than_a_third_goes(self):
        assert reasons(RUSSIAN, "Рыбный рынок номер", (90, 80, 110, 110, 110, 110)) == [
            f"content{UNREAD}, within the text",
            f"other{UNREAD}",
            *[f"content{UNREAD}, within the text"] * 4,
        ]

    def test_headlines_below_are_told_as_such(self):
        told = "related, in a list of headlines below the text"
        assert reasons(PROSE[:4], "The lamps of harbour", (70,) * 8) == [told] * 8
        assert (
            reasons(PROSE[:4], "The lamps of harbour", (70,) * 7)
            == ["content, within the text"] * 7
        )
