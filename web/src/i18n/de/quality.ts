import type { quality as original } from '../en/quality.ts';

export const quality: typeof original = {
  title: 'Verbindung',
  score1: 'Verbindung: sehr schlecht',
  score2: 'Verbindung: schlecht',
  score3: 'Verbindung: mäßig',
  score4: 'Verbindung: gut',
  upload: 'Ihr Upload ist schwach. Schalten Sie die Kamera aus, damit man Sie gut hört.',
  uploadLowered:
    'Ihr Upload ist schwach; Ihr Kamerabild wurde verkleinert. Schalten Sie die Kamera aus, damit man Sie gut hört.',
  uploadNoCamera: 'Ihr Upload ist schwach. Gehen Sie näher an Ihren Router, oder verwenden Sie ein Kabel.',
  download: 'Ihr Download ist schwach: Bild und Ton können stocken. Nur mit Ton bleiben die Stimmen klar.',
  audioOnly: 'Nur Ton',
  downloadNoPictures:
    'Ihr Download ist schwach: Stimmen können stocken. Gehen Sie näher an Ihren Router, oder verwenden Sie ein Kabel.',
  pictures:
    'Schärfere Bilder trägt Ihre Verbindung gerade nicht. Gehen Sie näher an Ihren Router, oder verwenden Sie ein Kabel.',
  lowered: 'Mehr von diesem Bild trägt Ihre Verbindung gerade nicht.',
  delay: 'Ihre Verbindung antwortet langsam. Verwenden Sie ein Kabel statt WLAN, oder schalten Sie ein VPN aus.',
  computer: 'Ihr Computer ist ausgelastet; Ihr Kamerabild wurde verkleinert. Schließen Sie andere Programme.',
  rtt: 'Zu Ihrem Server und zurück',
  latency: 'Verzögerung insgesamt',
  latencyEstimate: 'Verzögerung ab Ihrem Server (geschätzt)',
  latencyParts: 'Davon zum Server + zu Ihnen',
  explain: 'Wie die Verzögerung gemessen wird',
  latencyNote:
    'Die Verzögerung reicht von Kamera oder Mikrofon bis zur Wiedergabe; was außer den beiden Wegen bleibt, ist die Zeit im Puffer. Die Uhren beider Computer werden mit denen der Server verglichen und können um eine halbe Umlaufzeit falsch gehen; die Uhren der Server gelten als gleich. Kamera, Bildschirm und Lautsprecher kosten einige Millisekunden mehr, die kein Browser nennt. Wo ein Browser nicht sagt, wann er aufnahm, zählt die Verzögerung ab Ihrem Server.',
  received: 'Sie empfangen',
  sent: 'Sie senden',
  buffer: 'Puffer jetzt / gewünscht',
  resolution: 'Bild',
  bitrate: 'Bitrate',
  codec: 'Codec, Ebene',
  loss: 'Verlorene Pakete',
  nothing: 'Noch wurde nichts gemessen.',
  camera: 'Kamera',
  microphone: 'Mikrofon',
  screen: 'Bildschirm',
  screenAudio: 'Ton des Bildschirms',
};
