/// <reference lib="dom" />

/** Of a camera: its size in pixels, and pictures in a second. */
export interface Filmed {
  width: number;
  height: number;
  frameRate: number;
}

/** Runs in the page, before its own scripts: its camera films a wall of text that is another one in each picture, so that each layer takes all the bits that it may take. */
export function filmText({ width, height, frameRate }: Filmed): void {
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  const film = (): MediaStreamTrack[] => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d');
    const tracks = canvas.captureStream(frameRate).getVideoTracks();
    const writing = setInterval(() => {
      if (context === null || tracks.every(({ readyState }) => readyState === 'ended')) return clearInterval(writing);
      context.fillStyle = 'black';
      context.fillRect(0, 0, width, height);
      context.fillStyle = 'white';
      for (let y = 40; y <= height; y += 40) context.fillText(`${Math.random()} `.repeat(20), 0, y);
    }, 1_000 / frameRate);
    return tracks;
  };
  mediaDevices.getUserMedia = async ({ audio = false, video = false } = {}) => {
    if (video === false) return open({ audio });
    const sounds = audio === false ? [] : (await open({ audio })).getAudioTracks();
    return new MediaStream([...film(), ...sounds]);
  };
}
