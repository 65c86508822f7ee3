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
  download: 'Ihr Download ist schwach: Bild und Ton können stocken. Wählen Sie „Nur Ton“ in den Einstellungen.',
  delay: 'Ihre Verbindung antwortet langsam. Verwenden Sie ein Kabel statt WLAN, oder schalten Sie ein VPN aus.',
  computer: 'Ihr Computer ist ausgelastet; Ihr Kamerabild wurde verkleinert. Schließen Sie andere Programme.',
  rtt: 'Zum Knoten und zurück',
  latency: 'Verzögerung (geschätzt)',
  latencyNote:
    'Geschätzt: der halbe Weg zu Ihrem Knoten und zurück und die Zeit im Puffer. Der Weg zwischen Knoten ist nicht enthalten.',
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
