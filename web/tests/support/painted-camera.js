// Replaces the camera by a painted person, so that pictures of the app show people rather than a test pattern. Added to a page before its own scripts run; `window.paintedHue` chooses the colours.
{
  /** What is painted on, in its own units. */
  const easel = { width: 1280, height: 720 };
  /** What comes out: several of these pages share a machine with all that they are connected by. */
  const size = { width: 640, height: 360 };
  const framesPerSecond = 15;
  const realGetUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);

  /** @param {MediaStreamConstraints} constraints */
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    if (!constraints?.video) return realGetUserMedia(constraints);
    const canvas = Object.assign(document.createElement('canvas'), size);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser paints nothing');
    context.scale(size.width / easel.width, size.height / easel.height);
    const hue = Number(Reflect.get(window, 'paintedHue') ?? 200);
    setInterval(() => paint(context, hue, performance.now() / 1_000), 1_000 / framesPerSecond);
    const stream = canvas.captureStream(framesPerSecond);
    const [track] = stream.getVideoTracks();
    const settings = track?.getSettings.bind(track);
    if (track && settings) track.getSettings = () => ({ ...settings(), ...size });
    return stream;
  };

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} hue degrees
   * @param {number} time seconds
   */
  function paint(context, hue, time) {
    const { width, height } = easel;
    const sway = Math.sin(time * 0.9 + hue) * 14;
    const wall = context.createLinearGradient(0, 0, width, height);
    wall.addColorStop(0, `hsl(${hue} 34% 80%)`);
    wall.addColorStop(1, `hsl(${hue + 30} 30% 58%)`);
    context.fillStyle = wall;
    context.fillRect(0, 0, width, height);
    window_(context, hue);
    context.save();
    context.translate(width / 2 + sway, 0);
    shoulders(context, hue);
    head(context, hue, Math.sin(time * 0.6) * 0.03, time);
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} hue
   */
  function window_(context, hue) {
    context.fillStyle = `hsl(${hue} 60% 93% / 0.75)`;
    context.fillRect(120, 80, 230, 300);
    context.fillStyle = `hsl(${hue + 30} 24% 46% / 0.5)`;
    for (let shelf = 0; shelf < 3; shelf++) context.fillRect(930, 150 + shelf * 120, 260, 12);
    for (let book = 0; book < 9; book++) {
      context.fillStyle = `hsl(${(hue + book * 47) % 360} 32% 52% / 0.8)`;
      context.fillRect(944 + (book % 5) * 34, 80 + Math.floor(book / 5) * 120, 24, 70);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} hue
   */
  function shoulders(context, hue) {
    context.fillStyle = `hsl(${(hue + 170) % 360} 38% 34%)`;
    context.beginPath();
    context.moveTo(-300, 720);
    context.bezierCurveTo(-290, 520, -160, 486, 0, 486);
    context.bezierCurveTo(160, 486, 290, 520, 300, 720);
    context.fill();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} hue
   * @param {number} tilt radians
   * @param {number} time
   */
  function head(context, hue, tilt, time) {
    const skin = `hsl(${22 + (hue % 12)} 46% ${44 + ((hue * 7) % 30)}%)`;
    const hair = `hsl(${(hue * 3) % 50} 34% ${12 + (hue % 22)}%)`;
    context.rotate(tilt);
    ellipse(context, hair, 0, 280, 134, 158);
    context.fillStyle = skin;
    context.fillRect(-46, 400, 92, 110);
    ellipse(context, skin, 0, 318, 112, 142);
    ellipse(context, hair, 0, 206, 116, 62);
    const blink = time % 4 < 0.12 ? 2 : 11;
    for (const side of [-42, 42]) ellipse(context, '#241a16', side, 312, 10, blink);
    context.strokeStyle = 'rgb(60 20 16 / 70%)';
    context.lineWidth = 7;
    context.lineCap = 'round';
    context.beginPath();
    context.arc(0, 362, 36, 0.25 * Math.PI, 0.75 * Math.PI);
    context.stroke();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string} color
   * @param {number} x
   * @param {number} y
   * @param {number} radiusX
   * @param {number} radiusY
   */
  function ellipse(context, color, x, y, radiusX, radiusY) {
    context.fillStyle = color;
    context.beginPath();
    context.ellipse(x, y, radiusX, radiusY, 0, 0, 2 * Math.PI);
    context.fill();
  }
}
