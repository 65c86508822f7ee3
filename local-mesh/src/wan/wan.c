// A WAN in user space: network namespaces whose packets cross this process, which delays, loses, paces and cuts them.
//
//   wan run COUNT SEED      makes COUNT namespaces and joins them; commands on stdin, answers on stdout; ends with stdin.
//   wan enter FILE CMD...   runs CMD in the namespace that FILE refers to; CMD dies with its parent.
//   wan address FILE LABEL IP PREFIX   gives that namespace an address; IP 0.0.0.0 takes away the one of that label.
//
// Node i (from 0) has the addresses 198.18.(i+1).x of 198.18.0.0/15, which RFC 2544 keeps for benchmarks; it begins with
// 198.18.(i+1).1. The namespaces have no name: they exist through this process's descriptors and the processes in them, so nothing is left behind.
//
// Commands (one line each, one answer line each); times in microseconds:
//   path FROM TO DELAY JITTER LOSS RATE CUT   -> ok      LOSS 0 to 1, RATE bit/s (0: unlimited),
//                                                       CUT 0, 1 (everything) or 2 (UDP only)
//   stats FROM TO                             -> stats PACKETS BYTES LOST OVERFLOWED CUT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MAX_NODES = 64, MTU = 1500, MAX_PACKETS_PER_PATH = 20000, READ_BURST = 64 };

// A router on a congested path holds about this much before it drops.
static const uint64_t MAX_QUEUE_NS = 200000000ull;

struct path {
  uint64_t delay_ns, jitter_ns;
  double loss;
  double rate_bps;
  int cut;

  uint64_t wire_free_at;    // when the last packet has left the sender at the path's rate
  uint64_t last_release_at; // packets of one path never overtake each other
  unsigned queued;

  uint64_t packets, bytes, lost, overflowed, cut_packets;
};

struct packet {
  uint64_t release_at;
  uint64_t order; // of two packets due at the same time the earlier one goes first
  uint8_t from, to;
  uint16_t length;
  unsigned char data[];
};

static int node_count;
static int tun[MAX_NODES];
static struct path paths[MAX_NODES][MAX_NODES];

static void fail(const char *what) {
  fprintf(stderr, "wan: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

// xorshift64 (Marsaglia, "Xorshift RNGs", 2003)
static uint64_t random_state;
static double random_unit(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (double)(random_state >> 11) / 9007199254740992.0;
}

// --- packets under way: a binary heap by release time ---

static struct packet **heap;
static size_t heap_size, heap_capacity;
static uint64_t next_order;

static int earlier(const struct packet *a, const struct packet *b) {
  return a->release_at != b->release_at ? a->release_at < b->release_at : a->order < b->order;
}

static void heap_push(struct packet *packet) {
  if (heap_size == heap_capacity) {
    heap_capacity = heap_capacity ? 2 * heap_capacity : 1024;
    heap = realloc(heap, heap_capacity * sizeof *heap);
    if (!heap) fail("memory");
  }
  size_t hole = heap_size++;
  while (hole > 0 && earlier(packet, heap[(hole - 1) / 2])) {
    heap[hole] = heap[(hole - 1) / 2];
    hole = (hole - 1) / 2;
  }
  heap[hole] = packet;
}

static struct packet *heap_pop(void) {
  struct packet *first = heap[0], *last = heap[--heap_size];
  size_t hole = 0;
  for (;;) {
    size_t child = 2 * hole + 1;
    if (child >= heap_size) break;
    if (child + 1 < heap_size && earlier(heap[child + 1], heap[child])) child++;
    if (!earlier(heap[child], last)) break;
    heap[hole] = heap[child];
    hole = child;
  }
  heap[hole] = last;
  return first;
}

// --- namespaces ---

// `device` may be a label, "wan0:1": a further address of wan0.
static void set_address(int control, const char *device, in_addr_t ip, int prefix) {
  struct ifreq request = {0};
  struct sockaddr_in *address = (struct sockaddr_in *)&request.ifr_addr;
  strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = ip;
  if (ioctl(control, SIOCSIFADDR, &request)) fail("address");
  if (ip == 0) return;
  address->sin_addr.s_addr = htonl(0xffffffffu << (32 - prefix));
  if (ioctl(control, SIOCSIFNETMASK, &request)) fail("netmask");
}

static void bring_up(int control, const char *device) {
  struct ifreq request = {0};
  strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  if (ioctl(control, SIOCGIFFLAGS, &request)) fail("flags");
  request.ifr_flags |= IFF_UP;
  if (ioctl(control, SIOCSIFFLAGS, &request)) fail("up");
}

static int open_tun(void) {
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) fail("/dev/net/tun");
  struct ifreq request = {0};
  strncpy(request.ifr_name, "wan0", IFNAMSIZ - 1);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(device, TUNSETIFF, &request)) fail("TUNSETIFF");
  return device;
}

// Makes a namespace with lo and wan0, both up; returns the descriptor that keeps it alive.
static int make_node(int node) {
  if (unshare(CLONE_NEWNET)) fail("making a network namespace");
  int namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (namespace < 0 || control < 0) fail("namespace");
  tun[node] = open_tun();
  struct ifreq queue = {.ifr_qlen = 5000};
  strncpy(queue.ifr_name, "wan0", IFNAMSIZ - 1);
  if (ioctl(control, SIOCSIFTXQLEN, &queue)) fail("queue length");
  set_address(control, "wan0", htonl(0xc6120000u | (uint32_t)(node + 1) << 8 | 1), 15);
  bring_up(control, "wan0");
  bring_up(control, "lo");
  close(control);
  return namespace;
}

// --- forwarding ---

// The node an IPv4 packet is for, or -1.
static int destination(const unsigned char *data, ssize_t length) {
  if (length < 20 || data[0] >> 4 != 4) return -1;
  if (data[16] != 198 || data[17] != 18) return -1;
  int node = data[18] - 1;
  return node >= 0 && node < node_count ? node : -1;
}

enum { NOT_CUT, CUT, CUT_UDP };

static int is_cut(const struct path *path, const unsigned char *data) {
  return path->cut == CUT || (path->cut == CUT_UDP && data[9] == IPPROTO_UDP);
}

static void accept_packet(int from, const unsigned char *data, ssize_t length) {
  int to = destination(data, length);
  if (to < 0) return;
  struct path *path = &paths[from][to];
  uint64_t now = now_ns();
  if (is_cut(path, data)) {
    path->cut_packets++;
    return;
  }
  if (path->loss > 0 && random_unit() < path->loss) {
    path->lost++;
    return;
  }
  uint64_t sent_at = now;
  if (path->rate_bps > 0) {
    uint64_t begin = path->wire_free_at > now ? path->wire_free_at : now;
    sent_at = begin + (uint64_t)((double)length * 8e9 / path->rate_bps);
    if (begin - now > MAX_QUEUE_NS) {
      path->overflowed++;
      return;
    }
  }
  if (path->queued >= MAX_PACKETS_PER_PATH) {
    path->overflowed++;
    return;
  }
  path->wire_free_at = sent_at;
  double jitter = path->jitter_ns > 0 ? (2 * random_unit() - 1) * (double)path->jitter_ns : 0;
  double delay = (double)path->delay_ns + jitter;
  uint64_t release_at = sent_at + (delay > 0 ? (uint64_t)delay : 0);
  if (release_at < path->last_release_at) release_at = path->last_release_at;
  path->last_release_at = release_at;

  struct packet *packet = malloc(sizeof *packet + (size_t)length);
  if (!packet) fail("memory");
  *packet = (struct packet){release_at, next_order++, (uint8_t)from, (uint8_t)to, (uint16_t)length};
  memcpy(packet->data, data, (size_t)length);
  path->queued++;
  heap_push(packet);
}

static void read_packets(int node) {
  unsigned char data[MTU + 100];
  for (int burst = 0; burst < READ_BURST; burst++) {
    ssize_t length = read(tun[node], data, sizeof data);
    if (length < 0) return;
    accept_packet(node, data, length);
  }
}

static void release_packets(void) {
  uint64_t now = now_ns();
  while (heap_size > 0 && heap[0]->release_at <= now) {
    struct packet *packet = heap_pop();
    struct path *path = &paths[packet->from][packet->to];
    path->queued--;
    if (is_cut(path, packet->data)) {
      path->cut_packets++;
    } else if (write(tun[packet->to], packet->data, packet->length) == packet->length) {
      path->packets++;
      path->bytes += packet->length;
    } else {
      path->overflowed++;
    }
    free(packet);
  }
}

// --- commands ---

static int valid_pair(int from, int to) {
  return from >= 0 && from < node_count && to >= 0 && to < node_count && from != to;
}

static void execute(const char *line) {
  int from, to, cut;
  double delay_us, jitter_us, loss, rate_bps;
  if (sscanf(line, "path %d %d %lf %lf %lf %lf %d", &from, &to, &delay_us, &jitter_us, &loss, &rate_bps, &cut) == 7 &&
      valid_pair(from, to)) {
    struct path *path = &paths[from][to];
    path->delay_ns = (uint64_t)(delay_us * 1000);
    path->jitter_ns = (uint64_t)(jitter_us * 1000);
    path->loss = loss;
    path->rate_bps = rate_bps;
    path->cut = cut;
    path->wire_free_at = 0;
    puts("ok");
  } else if (sscanf(line, "stats %d %d", &from, &to) == 2 && valid_pair(from, to)) {
    const struct path *path = &paths[from][to];
    printf("stats %lu %lu %lu %lu %lu\n", path->packets, path->bytes, path->lost, path->overflowed, path->cut_packets);
  } else {
    puts("error unknown command");
  }
  fflush(stdout);
}

// Executes the complete lines that have arrived; ends the process when stdin has ended.
static void read_commands(void) {
  static char buffer[65536];
  static size_t filled;
  ssize_t count = read(STDIN_FILENO, buffer + filled, sizeof buffer - filled - 1);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) exit(0);
  filled += (size_t)count;
  buffer[filled] = 0;
  char *line = buffer, *end;
  while ((end = strchr(line, '\n'))) {
    *end = 0;
    execute(line);
    line = end + 1;
  }
  filled -= (size_t)(line - buffer);
  memmove(buffer, line, filled);
}

static void watch(int poll, int descriptor, uint32_t key) {
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = key};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event)) fail("epoll");
}

static void arm(int timer) {
  struct itimerspec at = {0};
  if (heap_size > 0) {
    at.it_value.tv_sec = (time_t)(heap[0]->release_at / 1000000000ull);
    at.it_value.tv_nsec = (long)(heap[0]->release_at % 1000000000ull);
  }
  timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static int run(int count, uint64_t seed) {
  if (count < 1 || count > MAX_NODES) {
    fprintf(stderr, "wan: 1 to %d nodes\n", MAX_NODES);
    return 1;
  }
  node_count = count;
  random_state = seed * 0x9e3779b97f4a7c15ull | 1;
  // Timeliness is the point of this process: let it go before the programs it emulates a network for.
  setpriority(PRIO_PROCESS, 0, -15);

  enum { TIMER = MAX_NODES, COMMANDS };
  int poll = epoll_create1(EPOLL_CLOEXEC);
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (poll < 0 || timer < 0) fail("epoll");
  watch(poll, timer, TIMER);
  watch(poll, STDIN_FILENO, COMMANDS);
  int namespaces[MAX_NODES];
  for (int node = 0; node < count; node++) {
    namespaces[node] = make_node(node);
    watch(poll, tun[node], (uint32_t)node);
  }
  printf("ready");
  for (int node = 0; node < count; node++) printf(" %d", namespaces[node]);
  puts("");
  fflush(stdout);

  for (;;) {
    struct epoll_event events[MAX_NODES + 2];
    int ready = epoll_wait(poll, events, MAX_NODES + 2, -1);
    if (ready < 0 && errno != EINTR) fail("epoll_wait");
    for (int index = 0; index < ready; index++) {
      uint32_t key = events[index].data.u32;
      uint64_t expirations;
      if (key == COMMANDS) read_commands();
      else if (key == TIMER) (void)!read(timer, &expirations, sizeof expirations);
      else read_packets((int)key);
    }
    release_packets();
    arm(timer);
  }
}

static void go_to(const char *file) {
  int namespace = open(file, O_RDONLY | O_CLOEXEC);
  if (namespace < 0 || setns(namespace, CLONE_NEWNET)) fail(file);
}

static int change_address(const char *file, const char *label, const char *ip, int prefix) {
  go_to(file);
  int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (control < 0) fail("socket");
  set_address(control, label, inet_addr(ip), prefix);
  return 0;
}

static int enter(const char *file, char **command) {
  pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) return 1; // it died before the signal was asked for
  go_to(file);
  execvp(command[0], command);
  fail(command[0]);
  return 1;
}

int main(int count, char **arguments) {
  if (count == 4 && !strcmp(arguments[1], "run")) {
    return run(atoi(arguments[2]), strtoull(arguments[3], NULL, 10));
  }
  if (count >= 4 && !strcmp(arguments[1], "enter")) return enter(arguments[2], arguments + 3);
  if (count == 6 && !strcmp(arguments[1], "address")) {
    return change_address(arguments[2], arguments[3], arguments[4], atoi(arguments[5]));
  }
  fprintf(stderr, "usage: wan run COUNT SEED | wan enter FILE COMMAND... | wan address FILE LABEL IP PREFIX\n");
  return 2;
}
