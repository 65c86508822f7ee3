/** The part of the global scope that is looked at. */
interface Environment {
  window?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  navigator?: object;
}

/** The part of the Network Information API (https://wicg.github.io/netinfo/) that says what kind of network the browser uses. */
interface NetworkInformation extends EventTarget {
  readonly type: string;
}

/**
 * Calls `onChange` when the browser says that it is online again, or on another kind of network. Where it tells no kind, as on
 * desktops, its `change` is about estimates of bandwidth and delay only, which move with whatever other pages load. Returns the
 * function that ends that.
 */
export function watchNetwork(onChange: () => void, { window, navigator }: Environment = globalThis): () => void {
  const connection = networkOf(navigator);
  let kind = connection?.type;
  const compare = () => {
    if (connection?.type === kind) return;
    kind = connection?.type;
    onChange();
  };
  window?.addEventListener('online', onChange);
  connection?.addEventListener('change', compare);
  return () => {
    window?.removeEventListener('online', onChange);
    connection?.removeEventListener('change', compare);
  };
}

function networkOf(navigator: object = {}): NetworkInformation | undefined {
  const connection = 'connection' in navigator ? navigator.connection : undefined;
  return tellsKind(connection) ? connection : undefined;
}

function tellsKind(connection: unknown): connection is NetworkInformation {
  return connection instanceof EventTarget && 'type' in connection && typeof connection.type === 'string';
}
