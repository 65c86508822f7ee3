/// <reference lib="dom" />

/** Runs in the page: a machine without a display has no screen to share, so a canvas stands for it, and a tone for its sound. Text that is written on it anew five times a second makes its picture cost something. Its tracks are `window.screenTracks`. */
export function paintScreen(): void {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
  const context = canvas.getContext('2d');
  let hue = 0;
  setInterval(() => {
    if (context === null) return;
    hue += 10;
    context.fillStyle = `hsl(${hue} 60% 50%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = 'white';
    context.font = '16px monospace';
    for (let line = 1; line <= 3; line++) {
      const text = Array.from({ length: 12 }, () => Math.random().toString(36)).join(' ');
      context.fillText(text, 0, line * 20);
    }
  }, 200);
  navigator.mediaDevices.getDisplayMedia = async () => {
    const audio = new AudioContext();
    const sound = audio.createMediaStreamDestination();
    const tone = new OscillatorNode(audio);
    tone.connect(sound);
    tone.start();
    const stream = new MediaStream([...canvas.captureStream(10).getTracks(), ...sound.stream.getTracks()]);
    Reflect.set(window, 'screenTracks', stream.getTracks());
    return stream;
  };
}
