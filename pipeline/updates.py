"""Words by which a line says that its date is that of a change, not of publication."""

import re

_CHANGED = re.compile(
    r"\b(?:updated|modified|edited|revised|reviewed|amended|aktualisiert|geändert|bearbeitet"
    r"|mise? à jour|modifiée?|actualizad[oa]|modificad[oa]|editad[oa]|atualizad[oa]"
    r"|aggiornat[oa]|aggiornamento|modificat[oa]|bijgewerkt|gewijzigd|zaktualizowan[oy]|aktualizacja"
    r"|uppdaterad|ändrad|opdateret|oppdatert|endret|ændret|päivitetty|muokattu|aktualizováno"
    r"|upraveno|frissítve|actualizat|güncellendi|güncelleme|обновлен[оа]?|изменен[оа]?|оновлено"  # noqa: RUF001
    r"|diperbarui|cập nhật)\b|更新|修订|最終更新|수정",
    re.IGNORECASE,
)


def tells_change(text: str) -> bool:
    """Tell whether a line says that something was changed: “Last updated: 6 March 2024”.

    >>> tells_change("Last updated: 6 March 2024"), tells_change("Published: 4 March 2024")
    (True, False)
    """
    return _CHANGED.search(text) is not None
