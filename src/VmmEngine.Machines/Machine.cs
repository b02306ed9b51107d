using System.Diagnostics;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Loaders;
using VmmEngine.Memory;
using VmmEngine.Platform;
using VmmEngine.RunLoop;
using VmmEngine.SoftX86;

namespace VmmEngine.Machines;

/// <summary>A virtual machine: memory, vCPUs, devices. Create it, load what the guest needs, attach devices, run it.</summary>
/// <remarks>
/// One thread at a time builds and runs a machine; <see cref="Stop"/>, <see cref="Bus"/> and <see cref="Memory"/> may be used by any thread meanwhile.
/// Misuse throws <see cref="MachineException"/>; what a guest can cause is in the <see cref="MachineResult"/>.
/// </remarks>
public sealed partial class Machine : IDisposable
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private readonly MachineOptions _options;
    private readonly MachineParts _parts;
    private readonly KeepingFactory _factory;
    private readonly StreamSerialSink _serial = new();
    private readonly StreamSerialSink _debug = new();
    private readonly MachineVcpu[] _vcpus;

    // Guards who has the machine: a run or somebody who saves it. Pulsed when that changes.
    private readonly object _turns = new();
    private RunEnding? _running;
    private bool _isDisposed;

    /// <summary>Builds a machine whose memory is empty and whose vCPUs stand at the reset vector.</summary>
    /// <exception cref="MachineException">An option is out of its range, or the back end that was asked for cannot be had here.</exception>
    public Machine(MachineOptions? options = null)
    {
        _options = options ?? new MachineOptions();
        _options.Check();
        _parts = MachineParts.Choose(_options);
        _factory = new KeepingFactory(_parts.Factory);
        try
        {
            Vm = new GuestVm(_factory, _options.Vcpus, _options.HasPcBoard);
        }
        catch
        {
            _parts.Clock.Dispose();
            throw;
        }

        try
        {
            AddMemory();
            Memory = new MachineMemory(Vm.Device, _options.MemoryBytes);
            _vcpus = [.. Enumerable.Range(0, _options.Vcpus).Select(id => new MachineVcpu(this, id))];
            PrepareVcpus();
            Board = _options.HasPcBoard ? CreateBoard() : null;
        }
        catch
        {
            Vm.Dispose();
            _parts.Clock.Dispose();
            throw;
        }
    }

    /// <summary>The back end in use: "kvm" or "software".</summary>
    public string Backend => _factory.Name;

    /// <summary>Guest memory.</summary>
    public MachineMemory Memory { get; }

    /// <summary>Where devices are attached, also while the machine runs. Ports and addresses that nobody claims read as ones; a device at addresses of RAM is never asked.</summary>
    public DeviceBus Bus => Vm.Device.Bus;

    /// <summary>The PC's chips; null without <see cref="MachineOptions.HasPcBoard"/>.</summary>
    public PcBoard? Board { get; }

    /// <summary>The vCPUs.</summary>
    public IReadOnlyList<MachineVcpu> Vcpus => _vcpus;

    /// <summary>Guest instructions since the machine was built, 0 once it is disposed; null where the back end does not count them.</summary>
    public ulong? Instructions =>
        _factory.Made is SoftVm software ? _vcpus.Aggregate(0UL, (sum, vcpu) => sum + software.InstructionsOf(vcpu.Id)) : null;

    internal GuestVm Vm { get; }

    internal bool StartsProcessors => _factory.Made!.StartsProcessors;

    /// <summary>Sends what the guest writes to its first serial line (ports 0x3F8 to 0x3FF) to a stream; it is flushed whenever the guest pauses. What the stream refuses is lost.</summary>
    /// <remarks>A run that ends by itself waits until the stream has taken everything; one that is stopped, also while it waits for that, two seconds at most.</remarks>
    /// <exception cref="MachineException">The machine has no PC board.</exception>
    public void AttachSerial(Stream output) => Attach(_serial, output);

    /// <summary>Sends what the guest writes to the debug ports (0x402, where firmware logs, and 0xE9) to a stream.</summary>
    /// <exception cref="MachineException">The machine has no PC board.</exception>
    public void AttachDebugPort(Stream output) => Attach(_debug, output);

    /// <summary>Runs until the guest ends, somebody stops it, or a limit is reached. A machine that was stopped can be run again and goes on.</summary>
    /// <remarks>
    /// An exception that a device of yours throws ends the run and comes out here, from whatever vCPU's thread. The machine can be run again: it goes on behind the
    /// access, as if that had been answered.
    /// </remarks>
    /// <exception cref="MachineException">It runs already, or there is nothing to run.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time of <paramref name="limits"/> is negative or more than 49 days.</exception>
    public MachineResult Run(RunLimits limits = default, CancellationToken cancellation = default)
    {
        CheckTimeout(limits.Timeout);
        RunEnding ending = new(Vm);
        lock (_turns)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_vcpus[0].HasState)
            {
                throw new MachineException("the machine has nothing to run: load firmware, a kernel or code, restore a snapshot, or write the registers of vCPU 0");
            }

            if (_running is not null)
            {
                throw new MachineException("the machine runs already: wait for that run, or stop it");
            }

            _running = ending;
        }

        try
        {
            return Run(ending, limits, cancellation);
        }
        finally
        {
            ending.Close();
            EndTurn();
        }
    }

    /// <summary>Makes the present run return soon. Any thread; does not wait for it.</summary>
    public void Stop() => Volatile.Read(ref _running)?.End(MachineEnd.Stopped, "stopped by its owner");

    /// <summary>Ends the machine and gives its memory back. A run on another thread is stopped and waited for. Any thread but one inside the run; more often than once does nothing.</summary>
    /// <exception cref="MachineException">The thread is inside the run.</exception>
    public void Dispose()
    {
        RunningThread.Refuse(this, "disposing a machine");
        lock (_turns)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            while (_running is not null || _saving is not null)
            {
                _running?.End(MachineEnd.Stopped, "disposed by its owner");
                Monitor.Wait(_turns);
            }
        }

        foreach (MachineVcpu vcpu in _vcpus)
        {
            vcpu.Close();
        }

        Vm.Dispose();
        _parts.Clock.Dispose();
        _serial.Dispose();
        _debug.Dispose();
    }

    private MachineResult Run(RunEnding ending, RunLimits limits, CancellationToken cancellation)
    {
        _vcpus[0].Start();
        foreach (MachineVcpu vcpu in _vcpus)
        {
            vcpu.Attach();
            vcpu.LimitExits(limits.MaxExits);
        }

        Vm.Resume();
        long begin = Stopwatch.GetTimestamp();
        using (cancellation.Register(() => ending.End(MachineEnd.Stopped, "cancelled by its owner")))
        using (Timer? timer = limits.Timeout is { } timeout ? StartTimer(ending, timeout) : null)
        {
            RunFlags flags = _options.RecordsExits || limits.MaxExits is not null ? RunFlags.Record : RunFlags.None;
            VcpuScheduler scheduler = _parts.Scheduling == VcpuScheduling.InTurn
                ? new InTurnRunner(_vcpus, flags, _parts.Clock, (SoftVm)_factory.Made!, ending)
                : new ThreadEachRunner(_vcpus, flags, ending);
            do
            {
                scheduler.Run();
            }
            while (GoesOn(ending));

            Flush(_serial, ending);
            Flush(_debug, ending);
        }

        RunEnding.Reason reason = ending.Current!;
        ending.ThrowFailure();
        ExitStatistics exits = new();
        foreach (MachineVcpu vcpu in _vcpus)
        {
            exits.Add(vcpu.Runner.Statistics!);
        }

        return new MachineResult(reason.End, reason.Status, reason.Detail, Instructions, Stopwatch.GetElapsedTime(begin), exits);
    }

    // Whoever stops a run does not want to wait for a reader that may never read again; also not if the guest has ended before.
    private static void Flush(StreamSerialSink line, RunEnding ending)
    {
        if (ending.IsStopped)
        {
            line.Flush(LastWords);
            return;
        }

        while (!line.Flush(Glance) && !ending.IsStopped)
        {
        }
    }

    // In the order of their numbers: each brings a timer along, and snapshots know timers by the order of their creation.
    private void PrepareVcpus()
    {
        CpuRegisters registers = default;
        foreach (MachineVcpu vcpu in _vcpus)
        {
            vcpu.ReadRegisters(RegisterGroups.General, ref registers);
        }
    }

    // What the runtime's timers can hold.
    private static void CheckTimeout(TimeSpan? timeout)
    {
        if (timeout is { } time && (time < TimeSpan.Zero || time > TimeSpan.FromDays(49)))
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), time, "A run can have from nothing to 49 days; null is no limit.");
        }
    }

    private static Timer StartTimer(RunEnding ending, TimeSpan timeout) =>
        new(_ => ending.End(MachineEnd.TimedOut, $"not over after {timeout.TotalSeconds:0.###} s"), null, timeout, Timeout.InfiniteTimeSpan);

    private void Attach(StreamSerialSink line, Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!output.CanWrite)
        {
            throw new ArgumentException("What a guest sends cannot be written to this stream.", nameof(output));
        }

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Board is null)
        {
            throw new MachineException("a machine without a PC board has no such port: set HasPcBoard, or map a device of your own on Bus");
        }

        line.Attach(output);
    }

    private PcBoard CreateBoard() => new(Bus, Vm.Device.Chipset, new PcBoardOptions
    {
        Serial = _serial,
        Debug = _debug,
        Exited = status => Volatile.Read(ref _running)?.End(MachineEnd.Exited, $"the guest ended with status {status}", status),
        Reset = () => Volatile.Read(ref _running)?.End(MachineEnd.Reset, "the guest asked for a reset"),
        LowMemory = _options.LowMemory,
        HighMemory = _options.HighMemory,
        Vcpus = _options.Vcpus,
        StartSeconds = _options.StartSeconds,
    });

    private void AddMemory()
    {
        const int systemMemory = 0;
        bool added = Vm.TryAddMemory(systemMemory, ""u8, _options.MemoryBytes)
            && Vm.TryMapMemory(systemMemory, 0, new Gpa(0), _options.LowMemory, MemoryProtection.All)
            && (_options.HighMemory == 0
                || Vm.TryMapMemory(systemMemory, _options.LowMemory, new Gpa(MachineOptions.HighMemoryStart), _options.HighMemory, MemoryProtection.All));
        if (!added)
        {
            throw new MachineException($"{_options.MemoryBytes} bytes of guest memory cannot be had: give the machine less");
        }
    }
}
