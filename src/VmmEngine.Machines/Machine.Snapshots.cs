using System.Runtime.ExceptionServices;
using VmmEngine.Kvm;
using VmmEngine.Platform;
using VmmEngine.Snapshots;
using VmmEngine.SoftX86;

namespace VmmEngine.Machines;

/// <content>Saving the whole machine to a file, and going on from one.</content>
public sealed partial class Machine
{
    private const string MachinePart = "machine";
    private const string ClockPart = "clock";
    private const string TimersPart = "timers";
    private const string DevicePrefix = "device ";

    private static readonly string KvmName = new KvmBackendFactory().Name;

    private readonly List<KeyValuePair<string, ISnapshotted>> _devices = [];
    private SaveRequest? _saving;

    /// <summary>Looks at a file without restoring it.</summary>
    /// <exception cref="SnapshotException">The file cannot be read, or is no complete, undamaged snapshot of this version.</exception>
    public static SnapshotContents ReadSnapshot(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using SnapshotFile file = SnapshotFile.Open(path);
        MachineShape shape = new(null);
        file.Image.Restore(MachinePart, shape);
        string[] devices = [.. file.Image.Names.Where(name => name.StartsWith(DevicePrefix, StringComparison.Ordinal)).Select(name => name[DevicePrefix.Length..])];
        return new SnapshotContents(shape.ToOptions(), devices);
    }

    /// <summary>Lets the state of a device of yours be part of the machine's snapshots. Before the first of them, or before <see cref="Restore"/>.</summary>
    /// <param name="name">The device's name in the file; each its own.</param>
    /// <param name="device">The device.</param>
    /// <exception cref="MachineException">There is one of this name.</exception>
    public void AddToSnapshots(string name, ISnapshotted device)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(device);
        if (_devices.Any(other => other.Key == name))
        {
            throw new MachineException($"there is a device '{name}' in the snapshots already");
        }

        _devices.Add(new(name, device));
    }

    /// <summary>
    /// Saves the whole machine to a file: vCPUs, devices, time, memory. A running machine makes a pause for it, from which it goes on as if nothing had
    /// been. Pages of zeros take no room.
    /// </summary>
    /// <remarks>Any thread but one that is inside the run, such as a device's. Devices of your own are saved if <see cref="AddToSnapshots"/> was told of them.</remarks>
    /// <exception cref="SnapshotException">The file cannot be written.</exception>
    /// <exception cref="MachineException">The machine is being saved already, or the thread is inside the run.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RunningThread.Refuse(this, "saving a machine");
        SaveRequest request = new(path);
        lock (_turns)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_saving is not null)
            {
                throw new MachineException("the machine is being saved already");
            }

            _saving = request;
            while (!request.IsDone && _running is { } running)
            {
                running.Pause();
                Monitor.Wait(_turns);
            }

            // Nobody runs, and nobody begins to: that takes this lock.
            if (!request.IsDone)
            {
                Serve(request);
            }

            _saving = null;
            Monitor.PulseAll(_turns);
        }

        request.Problem?.Throw();
    }

    /// <summary>Puts the machine, which has not run yet, into the state that a file has.</summary>
    /// <param name="path">
    /// The file. Memory is a private view of it: any number of machines may start from one file, share what none of them changes, and leave it as it is.
    /// The file must not be overwritten or cut while they live; replacing it by <see cref="Save"/> does neither.
    /// </param>
    /// <exception cref="SnapshotException">The file is no complete, undamaged snapshot of this version, or of another machine. This one is then not fit to be run.</exception>
    public void Restore(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        lock (_turns)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_running is not null || _vcpus.Any(vcpu => vcpu.IsStarted))
            {
                throw new MachineException("the machine has begun already: restore into a new one");
            }

            using SnapshotFile file = SnapshotFile.Open(path);
            MachineShape shape = new(this);
            file.Image.Restore(MachinePart, shape);
            using (_parts.Clock.Hold(catchesUp: OthersKeepTime))
            {
                RestoreParts(file);
            }

            foreach (MachineVcpu vcpu in _vcpus)
            {
                vcpu.HasState = true;
            }

            foreach (int id in shape.Started)
            {
                _vcpus[id].Resume();
            }
        }
    }

    // The clock first, for the devices count from it; the timers last, which the devices may have set meanwhile.
    private void RestoreParts(SnapshotFile file)
    {
        file.Image.Restore(ClockPart, _parts.Clock);
        Vm.Device.Restore(file);
        foreach ((string name, ISnapshotted part) in DeviceParts())
        {
            file.Image.Restore(name, part);
        }

        file.Image.Restore(TimersPart, _parts.Clock.Timers);
        file.Image.RequireAllRestored();
    }

    // After a segment of a run: true if the run makes only a pause, which is over now.
    private bool GoesOn(RunEnding ending)
    {
        lock (_turns)
        {
            if (ending.Current is not null)
            {
                return false;
            }

            if (_saving is { IsDone: false } request)
            {
                Serve(request);
                Monitor.PulseAll(_turns);
            }

            ending.GoOn();
            return true;
        }
    }

    private void EndTurn()
    {
        lock (_turns)
        {
            _running = null;
            Monitor.PulseAll(_turns);
        }
    }

    private void Serve(SaveRequest request)
    {
        try
        {
            SaveStopped(request.Path);
        }
        catch (Exception error)
        {
            // Whatever a device of the owner's throws is for who saves, and not for who runs.
            request.Problem = ExceptionDispatchInfo.Capture(error);
        }

        request.IsDone = true;
    }

    // The time-stamp counters and the local APICs' timers are the kernel's.
    private bool OthersKeepTime => _factory.Made!.KeepsTime;

    // No vCPU is in the guest, and time stands still.
    private void SaveStopped(string path)
    {
        SnapshotImage image = new();
        using (_parts.Clock.Hold(catchesUp: OthersKeepTime))
        {
            image.Save(MachinePart, new MachineShape(this));
            image.Save(ClockPart, _parts.Clock);
            IReadOnlyList<SnapshotMemoryBlock> memory = Vm.Device.Save(image);
            foreach ((string name, ISnapshotted part) in DeviceParts())
            {
                image.Save(name, part);
            }

            image.Save(TimersPart, _parts.Clock.Timers);
            SnapshotFile.Write(path, image, memory);
        }
    }

    private IEnumerable<KeyValuePair<string, ISnapshotted>> DeviceParts() =>
        (Board?.Parts ?? []).Concat(_devices.Select(device => KeyValuePair.Create(DevicePrefix + device.Key, device.Value)));

    /// <summary>Somebody waits for the machine to be saved. Guarded by the lock of turns.</summary>
    private sealed class SaveRequest(string path)
    {
        public string Path { get; } = path;

        public bool IsDone { get; set; }

        public ExceptionDispatchInfo? Problem { get; set; }
    }

    /// <summary>What kind of machine it is, and which of its vCPUs take part.</summary>
    private sealed class MachineShape(Machine? machine) : ISnapshotted
    {
        private ulong _memory;
        private int _vcpus;
        private bool _hasBoard;
        private bool _isKvm;
        private VcpuScheduling _scheduling;

        public List<int> Started { get; } = [];

        public MachineOptions ToOptions() => new()
        {
            MemoryBytes = _memory,
            Vcpus = _vcpus,
            HasPcBoard = _hasBoard,
            Scheduling = _scheduling,
            Backend = _isKvm ? BackendChoice.Kvm : BackendChoice.Software,
        };

        public void Save(SnapshotWriter writer)
        {
            SnapshotImage.WriteName(writer, machine!.Backend);
            writer.Write(machine._options.MemoryBytes);
            writer.Write(machine._vcpus.Length);
            writer.Write(machine._options.HasPcBoard);
            writer.Write((byte)machine._parts.Scheduling);
            foreach (MachineVcpu vcpu in machine._vcpus)
            {
                writer.Write(vcpu.IsStarted);
            }
        }

        public void Restore(SnapshotReader reader)
        {
            string backend = SnapshotImage.ReadName(reader);
            _isKvm = backend == KvmName;
            _memory = reader.ReadUInt64();
            _vcpus = reader.ReadInt32(1, MachineOptions.VcpuLimit);
            _hasBoard = reader.ReadBoolean();
            _scheduling = (VcpuScheduling)reader.ReadByte((byte)VcpuScheduling.ThreadEach);
            for (int id = 0; id < _vcpus; id++)
            {
                if (reader.ReadBoolean())
                {
                    Started.Add(id);
                }
            }

            if (machine is not null)
            {
                if (backend != machine.Backend)
                {
                    throw new SnapshotException($"the snapshot is of a machine on {backend}, and this one is on {machine.Backend}: each has its own state of a processor, so build the machine on {backend}");
                }

                Compare("bytes of memory", _memory, machine._options.MemoryBytes);
                Compare("vCPUs", _vcpus, machine._vcpus.Length);
                Compare("PC board", _hasBoard, machine._options.HasPcBoard);
                Compare("scheduling", _scheduling, machine._parts.Scheduling);
            }
        }

        private static void Compare<T>(string what, T saved, T here)
            where T : notnull
        {
            if (!saved.Equals(here))
            {
                throw new SnapshotException($"the snapshot is of another machine: {what} {saved}, here {here}");
            }
        }
    }
}
