import { type Dashboard, halfAndMost, mean, perSecond, quantile } from './panel.ts';

export const signaling: Dashboard = {
  uid: 'signaling',
  title: 'signaling',
  description: 'Replicas of the control plane: sockets, messages, events, and the services behind them.',
  panels: [
    {
      title: 'Connections',
      unit: 'short',
      queries: [{ expr: 'sum by (replica) (canopy_signal_connections)', legend: '{{replica}}' }],
    },
    {
      title: 'Participants connected',
      unit: 'short',
      queries: [{ expr: 'sum by (replica) (canopy_signal_sessions)', legend: '{{replica}}' }],
    },
    {
      title: 'Meetings followed',
      unit: 'short',
      queries: [{ expr: 'sum by (replica) (canopy_rooms)', legend: '{{replica}}' }],
    },
    {
      title: 'Messages',
      unit: 'ops',
      queries: [{ expr: perSecond('canopy_signal_messages_total', 'message'), legend: '{{message}}' }],
    },
    {
      title: 'What became of messages',
      unit: 'ops',
      queries: [{ expr: perSecond('canopy_signal_messages_total', 'outcome'), legend: '{{outcome}}' }],
    },
    {
      title: 'Handshakes',
      description:
        'Connections asked for, by what became of them: refused for a reason of theirs, failed for one of ours.',
      unit: 'ops',
      queries: [{ expr: perSecond('canopy_signal_handshakes_total', 'outcome'), legend: '{{outcome}}' }],
    },
    {
      title: 'Replicas out of reach',
      description: 'Not reached by Prometheus for a minute.',
      unit: 'short',
      queries: [{ expr: 'canopy:replicas_unreachable:count', legend: 'replicas' }],
    },
    {
      title: 'Time to serve a message',
      unit: 's',
      queries: [{ expr: quantile(0.95, 'canopy_signal_message_seconds_bucket', 'message'), legend: '{{message}}' }],
    },
    {
      title: 'Event lag',
      description: 'From the announcement of a meeting event until a replica hears it.',
      unit: 's',
      queries: [
        ...halfAndMost('canopy_meeting_event_lag_seconds'),
        { expr: mean('canopy_meeting_event_lag_seconds'), legend: 'mean' },
      ],
    },
    {
      title: 'Event-loop lag',
      unit: 's',
      queries: [{ expr: 'nodejs_eventloop_lag_p99_seconds{job="canopy-control-plane"}', legend: '{{replica}}' }],
    },
    {
      title: 'Services',
      description: '1: the service answers.',
      unit: 'short',
      queries: [{ expr: 'min by (service) (canopy_service_up)', legend: '{{service}}' }],
    },
    {
      title: 'Nodes on each server of the bus',
      unit: 'short',
      queries: [
        {
          expr: 'count by (server) (canopy_bus_round_trip_seconds or canopy_edge_bus_round_trip_seconds) or 0 * count by (server) (canopy_bus_server_up)',
          legend: '{{server}}',
        },
      ],
    },
    {
      title: 'Round trips to the bus',
      description: 'Of replicas; the longest to each server.',
      unit: 's',
      queries: [{ expr: 'max by (server) (canopy_bus_round_trip_seconds)', legend: '{{server}}' }],
    },
    {
      title: 'Connections to the bus that were lost',
      description: 'And came back, in five minutes.',
      unit: 'short',
      queries: [
        { expr: 'sum(increase(canopy_bus_reconnects_total[5m]))', legend: 'of replicas' },
        { expr: 'sum(increase(canopy_edge_bus_reconnects_total[5m]))', legend: 'of edges' },
      ],
    },
    {
      title: 'Certificates end',
      unit: 'dateTimeFromNow',
      as: 'stat',
      queries: [{ expr: 'min(canopy_certificate_expiry_timestamp_seconds) * 1000', legend: 'the first one' }],
    },
    {
      title: 'GeoIP data is from',
      unit: 'dateTimeFromNow',
      as: 'stat',
      queries: [{ expr: 'min(canopy_geo_database_build_timestamp_seconds) * 1000', legend: 'the oldest' }],
    },
  ],
};
