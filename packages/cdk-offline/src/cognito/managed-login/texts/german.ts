// The pages in German.

import type { Texts } from "./texts.ts";

export const GERMAN: Texts = {
  language: "de",
  ownName: "Deutsch",
  error: "Fehler",
  continueTo: (place) => `weiter zu ${place}`,
  languages: "Sprachen",
  outbox: {
    before: "Keine E-Mail verlässt diesen Rechner: Der Code liegt im",
    link: "lokalen Postausgang",
    after: ".",
  },
  errors: {
    incorrectUserNameOrPassword: "Benutzername oder Passwort ist falsch.",
    passwordAttemptsExceeded: "Zu viele Versuche. Bitte warten Sie einen Augenblick.",
    userDisabled: "Dieses Konto ist gesperrt.",
    userNotConfirmed: "Dieses Konto ist noch nicht bestätigt.",
    temporaryPasswordExpired:
      "Das vorläufige Passwort ist abgelaufen. Die Verwaltung muss Ihnen ein neues geben.",
    userNameExists: "Dieser Benutzername ist schon vergeben.",
    emailAliasExists: "Mit dieser E-Mail-Adresse gibt es schon ein Konto.",
    codeMismatch: "Dieser Code stimmt nicht. Bitte versuchen Sie es noch einmal.",
    codeExpired: "Dieser Code gilt nicht mehr. Bitte fordern Sie einen neuen an.",
    attemptLimitExceeded: "Zu viele Versuche. Bitte versuchen Sie es später noch einmal.",
    userOfClientNotFound: "Dieses Konto gibt es nicht.",
    softwareTokenCodeMismatch: "Diesen Code zeigt die App gerade nicht. Versuchen Sie den nächsten.",
    softwareTokenNotEnabled: "Diesen Code zeigt die App gerade nicht. Versuchen Sie den nächsten.",
    softwareTokenUsedTwice: "Dieser Code wurde schon benutzt. Warten Sie auf den nächsten.",
    notConfirmable:
      "Dieses Konto muss nicht bestätigt werden, oder es geht nicht mit einem Code. Versuchen Sie, sich anzumelden.",
  },
  forms: {
    expired:
      "Diese Seite war zu lange offen, oder Cookies sind ausgeschaltet. Bitte versuchen Sie es noch einmal.",
    tookTooLong: "Diese Anmeldung hat zu lange gedauert. Bitte melden Sie sich noch einmal an.",
    needed: "Diese Angabe wird gebraucht.",
    emailForm: "Das ist keine E-Mail-Adresse.",
    phoneForm: "Schreiben Sie die Nummer mit der Ländervorwahl und ohne Leerzeichen, etwa +41441234567.",
    otherForm: "Das ist zu kurz, zu lang oder hat nicht die erwartete Form.",
  },
  fields: {
    userName: "Benutzername",
    userNameOrEmail: "Benutzername oder E-Mail-Adresse",
    password: "Passwort",
    newPassword: "Neues Passwort",
    code: "Code",
    appCode: "Code aus der App",
    attributes: {
      address: "Anschrift",
      birthdate: "Geburtsdatum",
      email: "E-Mail-Adresse",
      family_name: "Nachname",
      gender: "Geschlecht",
      given_name: "Vorname",
      locale: "Sprache",
      middle_name: "Zweiter Vorname",
      name: "Vor- und Nachname",
      nickname: "Spitzname",
      phone_number: "Telefonnummer",
      website: "Website",
    },
  },
  password: {
    needs: (demands) => `Braucht ${demands}.`,
    lacks: (demands) => `Es fehlt noch: ${demands}.`,
    form: (maximum) =>
      `Ein Passwort hat höchstens ${maximum} Zeichen und kein Leerzeichen am Anfang oder Ende.`,
    rules: {
      length: (minimumLength) => `mindestens ${minimumLength} Zeichen`,
      lowercase: () => "einen Kleinbuchstaben",
      uppercase: () => "einen Großbuchstaben",
      number: () => "eine Ziffer",
      symbol: () => "ein Sonderzeichen",
    },
  },
  signIn: {
    title: "Anmelden",
    button: "Anmelden",
    enterUserName: "Geben Sie Ihren Benutzernamen ein.",
    forgotten: "Passwort vergessen?",
    newHere: "Neu hier?",
    createAccount: "Konto anlegen",
  },
  signUp: {
    title: "Konto anlegen",
    button: "Konto anlegen",
    haveAccount: "Sie haben schon ein Konto?",
    signIn: "Anmelden",
    userNameForm: (maximum) =>
      `Ein Benutzername hat Buchstaben, Ziffern und Satzzeichen, keine Leerzeichen, und höchstens ${maximum} davon.`,
    userNameLikeEmail: "Ein Benutzername darf nicht wie eine E-Mail-Adresse aussehen.",
    created: "Konto angelegt",
    administratorConfirms: "Die Verwaltung muss es bestätigen, bevor Sie sich anmelden können.",
  },
  confirm: {
    title: "Konto bestätigen",
    sent: ["Ein Code ist unterwegs an die E-Mail-Adresse von", "."],
    button: "Bestätigen",
    resend: "Neuen Code senden",
    resent: "Ein neuer Code ist unterwegs.",
    done: "Ihr Konto ist bestätigt. Melden Sie sich jetzt an.",
  },
  forgot: {
    title: "Passwort vergessen?",
    explanation:
      "Wir senden einen Code an die E-Mail-Adresse Ihres Kontos. Damit können Sie ein neues Passwort setzen.",
    button: "Code senden",
    back: "Zurück zur Anmeldung",
  },
  reset: {
    title: "Neues Passwort setzen",
    sent: ["Wenn", "ein Konto mit bestätigter E-Mail-Adresse ist, ist ein Code dorthin unterwegs."],
    required: "Ihr Passwort muss ersetzt werden. Ein Code ist an Ihre E-Mail-Adresse unterwegs.",
    button: "Passwort setzen",
    done: "Ihr Passwort ist geändert. Melden Sie sich mit dem neuen an.",
    wrongCode:
      "Dieser Code stimmt nicht oder gilt nicht mehr. Prüfen Sie ihn, oder fordern Sie einen neuen an.",
  },
  changePassword: {
    title: "Neues Passwort wählen",
    explanation: "Das Passwort, das Sie eben benutzt haben, war nur für das erste Mal.",
    button: "Speichern und weiter",
  },
  secondFactor: {
    title: "Code eingeben",
    explanation:
      "Öffnen Sie die Authenticator-App auf Ihrem Telefon und geben Sie den Code ein, den sie für dieses Konto zeigt.",
    button: "Weiter",
  },
  enroll: {
    title: "Konto absichern",
    explanation: "Ab jetzt melden Sie sich mit Ihrem Passwort und einem Code aus einer Authenticator-App an.",
    scan: "Lesen Sie dieses Bild mit der App ein.",
    picture: "QR-Code des Schlüssels darunter",
    orType: "Oder tippen Sie diesen Schlüssel dort ein:",
    thenEnter: "Geben Sie den Code ein, den die App dann zeigt.",
    button: "Fertig",
  },
  problem: {
    title: "Da stimmt etwas nicht",
    goBack: "Gehen Sie zurück zur Anwendung und beginnen Sie noch einmal.",
    sentences: {
      unknownClient: "Diese Anwendung ist hier nicht bekannt.",
      notForPages: "Diese Anwendung meldet niemanden über diese Seiten an.",
      redirectMismatch:
        "Die Adresse für die Rückkehr ist keine, die diese Anwendung eingetragen hat (redirect_mismatch).",
      logoutMismatch: "Die Adresse, zu der es gehen soll, ist keine, die diese Anwendung eingetragen hat.",
      signUpNotAllowed: "Konten legt hier die Verwaltung an.",
      recoveryByAdministrator: "Passwörter ersetzt hier die Verwaltung.",
      noSuchPage: "Diese Seite gibt es nicht.",
    },
  },
};
