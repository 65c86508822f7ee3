import type { encryption as texts } from '../en/encryption.ts';

export const encryption: typeof texts = {
  choose: 'Ende-zu-Ende-verschlüsselt',
  chooseText:
    'Nur wer den Link hat, sieht und hört die Besprechung, kein Server kann das. Sie lässt sich nicht aufzeichnen, und alle brauchen einen aktuellen Browser.',
  sign: 'Verschlüsselt',
  title: 'Ende-zu-Ende-verschlüsselt',
  text: 'Ton und Bild werden im Browser derer verschlüsselt, die sie senden, und nur in den Browsern derer entschlüsselt, die den Schlüssel haben. Kein Server bekommt ihn je.',
  compare: 'Lesen Sie einander diesen Code vor. Wer einen anderen sieht, hat einen anderen Schlüssel.',
  offTitle: 'In dieser Besprechung nicht möglich',
  offRecording: 'Sie aufzuzeichnen',
  offPrograms: 'Mit anderen Programmen wie OBS zu senden oder zuzusehen (WHIP, WHEP)',
  offCodecs: 'Andere Videoformate als VP8',
  limitsTitle: 'Was nicht abgedeckt ist',
  limits:
    'Chat, Fragen, Umfragen, Namen und wer wann mit wem spricht sind nicht Ende-zu-Ende-verschlüsselt. Wer den Schlüssel einmal hatte, kann entschlüsseln, was er im Netz mitgeschnitten hat, auch nachdem er entfernt wurde, und sich für andere ausgeben, die ihn haben.',
  otherKey: 'Anderen Schlüssel verwenden',
  key: 'Schlüssel oder Passphrase',
  useKey: 'Diesen Schlüssel verwenden',
  keyHelp: 'Er steht im Einladungslink, oder Sie haben eine Passphrase vereinbart. Er bleibt in diesem Browser.',
  noKey: 'Sie brauchen den Schlüssel dieser Besprechung',
  noKeyText:
    'Ohne ihn sehen und hören Sie niemanden, und niemand sieht oder hört Sie. Bitten Sie um den vollständigen Einladungslink.',
  failedTitle: 'Etwas lässt sich nicht entschlüsseln',
  failedText: 'Vergleichen Sie die Codes hinter dem Schloss. Wer einen anderen sieht, braucht den richtigen Schlüssel.',
  failed: '{{name}}: {{what}} lässt sich nicht entschlüsseln.',
  camera: 'Die Kamera',
  microphone: 'Das Mikrofon',
  screen: 'Der Bildschirm',
  'key-missing': 'Sie haben noch keinen Schlüssel.',
  'other-key': 'Ein anderer Schlüssel wurde verwendet.',
  replayed: 'Es kam ein zweites Mal und wurde abgelehnt.',
  malformed: 'Es ist nicht verschlüsselt oder beschädigt.',
  frames: '(bisher {{frames}} Bilder oder Töne)',
  more_one: 'und etwas Weiteres',
  more_other: 'und {{count}} weitere',
};
