using System.Diagnostics;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Loaders;
using VmmEngine.Memory;
using VmmEngine.Platform;
using VmmEngine.RunLoop;

namespace VmmEngine.Machines;

/// <summary>
/// A virtual machine: memory, vCPUs, devices. Create it, map or load what the guest needs, attach devices, run it.
/// </summary>
/// <remarks>
/// One thread at a time builds and runs a machine; <see cref="Stop"/> and <see cref="Memory"/> may be used by any thread meanwhile.
/// Misuse throws <see cref="MachineException"/>; what a guest can cause is in the <see cref="MachineResult"/>.
/// </remarks>
public sealed class Machine : IDisposable
{
    private const int SystemMemory = 0;
    private const int BootRom = 8;
    private const ulong PageSize = 4096;
    private const ulong MemoryLimit = 1UL << 40;
    private const int VcpuLimit = 64;

    private readonly MachineOptions _options;
    private readonly VcpuScheduling _scheduling;
    private readonly VmClock _clock;
    private readonly MachineVcpu[] _vcpus;
    private volatile RunEnding? _running;

    /// <summary>Builds a machine whose memory is empty and whose vCPUs stand at the reset vector.</summary>
    /// <exception cref="MachineException">An option is out of its range, or the back end that was asked for cannot be had here.</exception>
    public Machine(MachineOptions? options = null)
    {
        _options = Checked(options ?? new MachineOptions());
        MachineParts parts = MachineParts.Choose(_options);
        _scheduling = parts.Scheduling;
        _clock = parts.Clock;
        try
        {
            Vm = new GuestVm(parts.Factory, _options.Vcpus);
        }
        catch
        {
            _clock.Dispose();
            throw;
        }

        try
        {
            AddMemory();
            Memory = new MachineMemory(Vm.Device, _options.MemoryBytes);
            Bus.FloatsUnclaimed = true;
            Board = _options.HasPcBoard ? new PcBoard(Bus, _clock, Vm.Device.Interrupts, _options.MemoryBytes) : null;
            _vcpus = [.. Enumerable.Range(0, _options.Vcpus).Select(id => new MachineVcpu(this, id, Vm.Device.CreateRunner(id)))];
        }
        catch
        {
            Vm.Dispose();
            _clock.Dispose();
            throw;
        }
    }

    /// <summary>The back end in use: "kvm" or "software".</summary>
    public string Backend => Vm.Device.BackendName;

    /// <summary>Guest memory.</summary>
    public MachineMemory Memory { get; }

    /// <summary>Where devices are attached, also while the machine runs. Ports and addresses that nobody claims read as ones.</summary>
    public DeviceBus Bus => Vm.Device.Bus;

    /// <summary>The PC's chips; null without <see cref="MachineOptions.HasPcBoard"/>.</summary>
    public PcBoard? Board { get; }

    /// <summary>The vCPUs.</summary>
    public IReadOnlyList<MachineVcpu> Vcpus => _vcpus;

    internal GuestVm Vm { get; }

    /// <summary>Sends everything the guest writes to its first serial line (port 0x3F8) somewhere.</summary>
    /// <param name="output">Called by vCPU threads, a byte at a time.</param>
    public void AttachSerial(ISerialSink output) => RequireBoard().Serial.Output = output;

    /// <summary>Sends everything the guest writes to its first serial line (port 0x3F8) to a stream, which is flushed at line ends.</summary>
    public void AttachSerial(Stream output) => AttachSerial(new StreamSink(output));

    /// <summary>Shows a firmware image, read-only, so that it ends at 4 GiB; its last 128 KiB are copied below 1 MiB.</summary>
    /// <exception cref="LoadException">It is no such image.</exception>
    public void LoadBios(ReadOnlySpan<byte> image)
    {
        BiosImage bios = BiosImage.Check(image);
        Vm.AddMemory(BootRom, "bootrom"u8, bios.Address, (ulong)image.Length, MemoryProtection.All);
        Memory.Write(bios.Address, image);
        Vm.Device.Ioctl(default, default);
    }

    /// <summary>Runs until the guest ends, somebody stops it, or a limit is reached. A stopped machine can be run again and goes on.</summary>
    public MachineResult Run(RunLimits limits = default, CancellationToken cancellation = default)
    {
        RunEnding ending = new(Vm);
        if (Interlocked.CompareExchange(ref _running, ending, null) is not null)
        {
            throw new MachineException("the machine runs already");
        }

        try
        {
            return Run(ending, limits, cancellation);
        }
        finally
        {
            _running = null;
        }
    }

    /// <summary>Makes a run return soon. Any thread; does not wait for it.</summary>
    public void Stop() => _running?.End(MachineEnd.Stopped, "stopped by its owner");

    /// <summary>Ends the machine and gives its memory back. Not during a run.</summary>
    public void Dispose()
    {
        foreach (MachineVcpu vcpu in _vcpus)
        {
            vcpu.Runner.Dispose();
        }

        Vm.Dispose();
        _clock.Dispose();
    }

    private MachineResult Run(RunEnding ending, RunLimits limits, CancellationToken cancellation)
    {
        _vcpus[0].Start();
        MachineVcpu[] started = [.. _vcpus.Where(vcpu => vcpu.IsStarted)];
        foreach (MachineVcpu vcpu in started)
        {
            vcpu.Runner.LimitExits(limits.MaxExits);
        }

        Vm.Resume();
        Board?.Exit.OnExit(status => ending.End(MachineEnd.Exited, $"the guest ended with status {status}", status));
        Board?.Reset.OnReset(() => ending.End(MachineEnd.Reset, "the guest asked for a reset"));
        long begin = Stopwatch.GetTimestamp();
        using CancellationTokenRegistration cancelled = cancellation.Register(() => ending.End(MachineEnd.Stopped, "cancelled"));
        using Timer? timer = limits.Timeout is { } timeout
            ? new Timer(_ => ending.End(MachineEnd.TimedOut, $"not over after {timeout.TotalSeconds:0.###} s"), null, timeout, Timeout.InfiniteTimeSpan)
            : null;

        RunFlags flags = _options.RecordsExits || limits.MaxExits is not null ? RunFlags.Record : RunFlags.None;
        if (_scheduling == VcpuScheduling.InTurn)
        {
            new InTurnRunner(started, flags, _clock, ending).Run();
        }
        else
        {
            new ThreadEachRunner(started, flags, ending).Run();
        }

        RunEnding.Reason reason = ending.Current!;
        return new MachineResult(
            reason.End, reason.Status, reason.Detail, Vm.Device.Instructions, Stopwatch.GetElapsedTime(begin), ExitSummary.Of(started.Select(vcpu => vcpu.Runner.Statistics)));
    }

    private void AddMemory()
    {
        ulong low = Math.Min(_options.MemoryBytes, MachineMemory.LowRamEnd);
        Vm.AddMemory(SystemMemory, "", new Gpa(0), _options.MemoryBytes, low, MemoryProtection.All);
        if (_options.MemoryBytes > low)
        {
            Vm.MapMemory(SystemMemory, low, new Gpa(MachineMemory.HighRamStart), _options.MemoryBytes - low, MemoryProtection.All);
        }
    }

    private PcBoard RequireBoard() => Board ?? throw new MachineException("a machine without a PC board has no serial line: set HasPcBoard, or map a device of your own on Bus");

    private static MachineOptions Checked(MachineOptions options)
    {
        if (options.MemoryBytes is 0 or > MemoryLimit || options.MemoryBytes % PageSize != 0)
        {
            throw new MachineException($"{options.MemoryBytes} bytes of memory are not possible: whole pages of 4096, up to 1 TiB");
        }

        if (options.Vcpus is < 1 or > VcpuLimit)
        {
            throw new MachineException($"{options.Vcpus} vCPUs are not possible: 1 to {VcpuLimit}");
        }

        return options;
    }
}
