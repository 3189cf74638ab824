export const failures = {
  TAKEN: 'Das ist schon vergeben.',
  TAKEN_title: 'Eine Gruppe mit diesem Titel gibt es schon.',
  TAKEN_name: 'Eine Rolle mit diesem Namen gibt es schon.',
  TAKEN_email:
    'Einen Benutzer mit dieser E-Mail-Adresse gibt es schon, vielleicht einen gelöschten.',
  BLANK: 'In diesem Text ist nichts zu sehen.',
  TOO_SHORT: 'Mindestens %{min} Zeichen sind nötig; dies sind %{actual}.',
  TOO_LONG: 'Höchstens %{max} Zeichen sind möglich; dies sind %{actual}.',
  INVALID_FORMAT: 'Das ist nicht so geschrieben, wie es sein muss.',
  INVALID_FORMAT_email: 'Das ist keine E-Mail-Adresse.',
  INVALID_FORMAT_bundle:
    'Buchstaben, Ziffern, Punkte, Unter- und Bindestriche, oder allein * für jedes Bundle.',
  INVALID_FORMAT_controller:
    'Buchstaben, Ziffern, Punkte, Unter- und Bindestriche, oder allein * für jeden Controller.',
  INVALID_FORMAT_action:
    'Buchstaben, Ziffern, Punkte, Unter- und Bindestriche, oder allein * für jede Aktion.',
  INVALID_FORMAT_title: 'Steuerzeichen und Richtungswechsel sind hier nicht erlaubt.',
  INVALID_FORMAT_name: 'Steuerzeichen und Richtungswechsel sind hier nicht erlaubt.',
  INVALID_FORMAT_expiresAt: 'Dieser Tag ist vorbei. Wählen Sie heute oder einen späteren.',
  TOO_WEAK: 'Dieses Passwort ist leicht zu erraten. Mehrere Wörter ohne Zusammenhang sind gut.',
  TOO_FEW_ITEMS: 'Zu wenige ausgewählt: mindestens %{min}.',
  TOO_FEW_ITEMS_roleIds: 'Eine Gruppe braucht mindestens eine Rolle.',
  TOO_FEW_ITEMS_removeRoleIds: 'Eine Gruppe braucht mindestens eine Rolle.',
  TOO_FEW_ITEMS_groupIds: 'Ein Benutzer braucht mindestens eine Gruppe.',
  TOO_FEW_ITEMS_removeGroupIds: 'Ein Benutzer braucht mindestens eine Gruppe.',
  TOO_FEW_ITEMS_removeUserIds:
    'Ein Benutzer braucht mindestens eine Gruppe, und für manche ist dies die letzte.',
  TOO_MANY_ITEMS: 'Zu viele ausgewählt: höchstens %{max}.',
  TOO_MANY_ITEMS_form: 'Sie haben %{max} Token, und mehr sind nicht möglich. Widerrufen Sie zuerst eines.',
  DUPLICATE_ITEM: 'Das ist doppelt.',
  NOT_FOUND: 'Einiges davon gibt es nicht mehr.',
  NOT_FOUND_id: 'Das gibt es nicht mehr.',
  WRONG_TYPE: 'Das ist etwas anderes, als es sein müsste.',
  OUT_OF_SCOPE:
    'Damit sind Rechte verbunden, die Sie selbst nicht haben, zum Beispiel %{example}. Sie können nur vergeben und ändern, was Sie selbst dürfen.',
  WOULD_LOCK_OUT: 'Danach könnte niemand mehr das System verwalten.',
  CONTRADICTORY_ITEM: 'Dasselbe soll hinzukommen und wegfallen.',
  STALE_VERSION: 'Jemand anderes hat dies inzwischen geändert.',
  PROTECTED: 'Worauf die Verwaltung beruht, und Sie selbst, lässt sich so nicht ändern.',
  IN_USE: 'Das wird noch benutzt.',
  INVALID_CREDENTIALS:
    'Die E-Mail-Adresse oder das Passwort ist falsch, oder das Konto ist nicht aktiv.',
  INVALID_CREDENTIALS_currentPassword: 'Das ist nicht Ihr bisheriges Passwort.',
  RATE_LIMITED:
    'Zu viele Versuche. Versuchen Sie es in einer Minute wieder. |||| Zu viele Versuche. Versuchen Sie es in %{smart_count} Minuten wieder.',
  UNAUTHENTICATED: 'Ihre Sitzung ist beendet. Bitte melden Sie sich wieder an.',
  FORBIDDEN: 'Das dürfen Sie nicht.',
  BAD_USER_INPUT: 'Die Anfrage wurde nicht verstanden.',
  BULK: '%{failed} von %{total} ließen sich nicht erledigen. %{reasons}',
  LIMIT_EXCEEDED: 'Das ist mehr, als der Server auf einmal für jemanden tut.',
  NETWORK:
    'Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.',
  UNAVAILABLE: 'Der Server ist zurzeit nicht verfügbar. Versuchen Sie es bald noch einmal.',
  TIMEOUT: 'Das hat zu lange gedauert. Versuchen Sie es noch einmal.',
  INTERNAL: 'Auf dem Server ist etwas schiefgegangen. Sein Protokoll enthält Einzelheiten.',
};
