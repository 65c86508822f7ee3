#!/bin/bash
# boot-host.sh FOLDER PROJECT [WORKER]: boots systemd as the first process of a host, in the network and the mount namespace that
# this is run in. Its root is this machine's with the files of FOLDER/files laid over it, its release is PROJECT, with another
# mediasoup worker if one is named. It writes to memory only. Prints the process id of systemd. Needs root.
set -euo pipefail
folder=$1 project=$2 worker=${3:-} root=$1/root

if [ "${CANOPY_BOOTING:-}" = "" ]; then
  # Each systemd has a tree of control groups of its own: it takes all that it sees for its own.
  group=$folder/groups/$(basename "$folder")
  mkdir -p "$folder/groups" "$folder/memory" "$root"
  mount -t cgroup2 none "$folder/groups"
  mkdir "$group"
  echo 0 > "$group/cgroup.procs"
  CANOPY_BOOTING=1 exec unshare --pid --fork --kill-child --mount --uts --ipc --cgroup "$0" "$@"
fi

mount -t tmpfs none "$folder/memory"
overlay() {
  mkdir -p "$folder/memory/$2"/{upper,work} "$root$3"
  mount -t overlay none -o "lowerdir=$1,upperdir=$folder/memory/$2/upper,workdir=$folder/memory/$2/work" "$root$3"
}
overlay / root ''
overlay "$project" release /opt/canopy
if [ "$worker" != "" ]; then install -D "$worker" "$root/opt/canopy/node_modules/mediasoup/worker/out/Release/mediasoup-worker"; fi
mkdir -p "$root/opt/canopy/web/dist"

read -r pid _ < /proc/self/stat
mount -t proc none "$root/proc"
mount -t sysfs none "$root/sys"
mount -t cgroup2 none "$root/sys/fs/cgroup"
for path in /dev /run /tmp /var/tmp /etc/systemd /var/lib/canopy; do
  mkdir -p "$root$path"
  mount -t tmpfs none "$root$path"
done
chmod 1777 "$root/tmp" "$root/var/tmp"
for device in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
  read -r name numbers <<< "$device"
  # shellcheck disable=SC2086
  mknod -m 666 "$root/dev/$name" c $numbers
done
mkdir "$root"/dev/{shm,pts}
mount -t devpts -o newinstance none "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"

# Of Debian's own units the journal, and the milestones that units name.
units=$root/etc/systemd/system
mkdir -p "$units"
cp "$root"/usr/lib/systemd/system/systemd-journald.{service,socket} "$units"
for target in basic multi-user network network-online shutdown sysinit; do
  printf '[Unit]\nDescription=%s\nDefaultDependencies=no\n' "$target" > "$units/$target.target"
done
printf '[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\n' > "$root/etc/systemd/journald.conf"
cp -a "$folder/files/." "$root"

# Told from inside: whoever enters by the process id before its root is this one would be in that of the machine.
exec env -i container=canopy SYSTEMD_UNIT_PATH=/etc/systemd/system PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  chroot "$root" /bin/sh -c "echo $pid && exec /lib/systemd/systemd --unit=multi-user.target --log-target=journal"
