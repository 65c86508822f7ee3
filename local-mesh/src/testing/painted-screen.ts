/// <reference lib="dom" />

/** Runs in the page: a machine without a display has no screen to share, so a canvas stands for it, and a tone for its sound. Its tracks are `window.screenTracks`. */
export function paintScreen(): void {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
  const context = canvas.getContext('2d');
  let hue = 0;
  setInterval(() => {
    if (context === null) return;
    hue += 10;
    context.fillStyle = `hsl(${hue} 60% 50%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
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
