export { BusListener } from './bus-listener.ts';
export { receivesEverything } from './capabilities.ts';
export { EdgeClient } from './edge-client.ts';
export { EdgeGroup, giveChain } from './edge-group.ts';
export { FakePublisher, type FakePublisherOptions, vp8Parameters } from './fake-publisher.ts';
export { FakeViewer, type FakeViewerOptions } from './fake-viewer.ts';
export { type InProcessEdge, routeTable, startInProcessEdge, TableAuthority, twoWayTable } from './in-process-edge.ts';
export { MediaWatch } from './media-watch.ts';
export { openPlainTransport } from './plain-client-transport.ts';
