/** Where processes of a mesh run. */
export interface Place {
  /** The IP address its processes listen on, and are reached at by those of other places. */
  readonly address: string;
  /** The command line that runs a command there. */
  command(command: string, args: readonly string[]): [command: string, args: string[]];
  /** host:port at which this process reaches a TCP port there. */
  reach(port: number): Promise<string>;
  /** Makes a TCP port of this process's 127.0.0.1 one of all addresses there. */
  offer(port: number): Promise<void>;
}

/** Where this process is. */
const here: Place = {
  address: '127.0.0.1',
  command: (command, args) => [command, [...args]],
  reach: async (port) => `127.0.0.1:${port}`,
  offer: async () => {},
};

/** Who is where. */
export interface Places {
  /** The control plane; PostgreSQL, Redis and NATS run here and are offered there. */
  control: Place;
  edge: (edge: { id: string; region: string }) => Place;
  /** The TURN server of an edge, where the mesh has them; default: where the edge is. */
  relay?: (edge: { id: string; region: string }) => Place;
}

export const allHere: Places = { control: here, edge: () => here };
