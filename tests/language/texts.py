"""The same sentences in many languages, written for these tests."""

TEXTS = {
    "en": "The old ferry sailed again on Monday, with forty people and one dog aboard.",
    "es": "El viejo barco volvió a salir el lunes con cuarenta personas y un perro a bordo.",
    "fr": "Le vieux bateau est reparti lundi avec quarante personnes et un chien à bord.",
    "pt": "O velho barco voltou a sair na segunda-feira com quarenta pessoas e um cão a bordo.",
    "de": "Am Montag fuhr die alte Fähre wieder, mit vierzig Leuten und einem Hund an Bord.",
    "it": "Lunedì il vecchio traghetto è ripartito con quaranta persone e un cane a bordo.",
    "nl": "Maandag voer de oude veerboot weer uit, met veertig mensen en één hond aan boord.",
    "sv": "I måndags gick den gamla färjan igen, med fyrtio människor och en hund ombord.",
    "fi": "Vanha lautta lähti maanantaina taas matkaan, mukanaan neljäkymmentä ihmistä ja koira.",
    "pl": "W poniedziałek stary prom znów wypłynął, mając na pokładzie czterdzieści osób i psa.",
    "cs": "V pondělí starý trajekt znovu vyplul se čtyřiceti lidmi a jedním psem na palubě.",
    "hu": "Hétfőn a régi komp újra kifutott, negyven emberrel és egy kutyával a fedélzetén.",
    "ro": "Luni vechiul feribot a plecat din nou, cu patruzeci de oameni și un câine la bord.",
    "tr": "Eski vapur pazartesi günü kırk kişi ve bir köpekle yeniden sefere çıktı.",
    "ru": "В понедельник старый паром снова вышел в море, на борту было сорок человек и собака.",
    "uk": "У понеділок старий пором знову вийшов у море, на борту було сорок людей і собака.",
    "bg": "В понеделник старият ферибот отново отплава с четиридесет души и едно куче на борда.",
    "el": "Τη Δευτέρα το παλιό πλοίο σάλπαρε ξανά με σαράντα ανθρώπους και έναν σκύλο.",
    "ar": "أبحرت العبارة القديمة مرة أخرى يوم الاثنين وعلى متنها أربعون شخصا وكلب واحد.",
    "he": "ביום שני הפליגה שוב המעבורת הישנה ועליה ארבעים איש וכלב אחד.",
    "hi": "सोमवार को पुरानी नाव चालीस लोगों और एक कुत्ते को लेकर फिर से चल पड़ी।",
    "ja": "月曜日に古い渡し船が四十人と犬一匹を乗せて再び出航した。",
    "ko": "월요일에 낡은 나룻배가 사람 마흔 명과 개 한 마리를 태우고 다시 떠났다.",
    "zh-Hans": "星期一，旧渡轮再次起航，船上有四十个人和一只狗。他们都说这是一个很好的日子。",
    "zh-Hant": "星期一，舊渡輪再次啟航，船上有四十個人和一隻狗。他們都說這是一個很好的日子。",
}
UNKNOWN = {
    "gl": "O concello aprobou onte as contas do vindeiro ano, que inclúen unha nova escola.",
    "eu": "Astelehenean itsasontzi zaharra berriro irten zen, berrogei lagun eta txakur batekin.",
    "is": "Á mánudaginn sigldi gamla ferjan aftur með fjörutíu manns og einn hund um borð.",
    "be": "У панядзелак стары паром зноў выйшаў у мора, на борце было сорак чалавек і сабака.",
    "az": "Bazar ertəsi köhnə bərə qırx nəfər və bir itlə yenidən dənizə çıxdı.",
}
"""In languages that langdetect has no profile of."""
