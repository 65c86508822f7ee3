/** How a Janus is to be set. */
export interface JanusSettings {
  /** The folder with its settings. */
  folder: string;
  /** WebSocket, on the loopback. */
  port: number;
  /** UDP. */
  mediaPorts: { from: number; to: number };
  /** Threads that all connections share; undefined: one thread for each connection, as Janus does by default. */
  eventLoops: number | undefined;
}

/** Settings by file name; what is not said is as Janus has it. Only the plugin and the transport used are loaded. */
export function janusFiles({ folder, port, mediaPorts, eventLoops }: JanusSettings): Record<string, string> {
  return {
    'janus.jcfg': section('general', {
      configs_folder: folder,
      debug_level: 3,
      session_timeout: 0,
      ...(eventLoops !== undefined && { event_loops: eventLoops }),
    })
      .concat(section('media', { rtp_port_range: `${mediaPorts.from}-${mediaPorts.to}` }))
      .concat(section('plugins', { disable: others('plugin').join(',') }))
      .concat(section('transports', { disable: others('transport').join(',') })),
    'janus.transport.websockets.jcfg': section('general', { ws: true, ws_port: port, ws_ip: '127.0.0.1' }),
    'janus.plugin.videoroom.jcfg': section('general', {}),
  };
}

function others(kind: 'plugin' | 'transport'): string[] {
  const names = {
    plugin: ['audiobridge', 'echotest', 'lua', 'duktape', 'nosip', 'recordplay', 'sip', 'streaming', 'textroom'].concat(
      'videocall',
      'voicemail',
    ),
    transport: ['http', 'mqtt', 'nanomsg', 'pfunix', 'rabbitmq'],
  };
  return names[kind].map((name) => `libjanus_${name}.so`);
}

/** libconfig's notation. */
function section(name: string, values: Readonly<Record<string, string | number | boolean>>): string {
  const lines = Object.entries(values).map(([key, value]) => `  ${key} = ${JSON.stringify(value)}\n`);
  return `${name}: {\n${lines.join('')}}\n`;
}
