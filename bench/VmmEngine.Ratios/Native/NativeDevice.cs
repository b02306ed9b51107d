using System.Runtime.InteropServices;
using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Native;

/// <summary>What a C baseline is to do beyond dispatching; the values are those of the C sources.</summary>
[Flags]
internal enum NativeOptions : uint
{
    None = 0,

    /// <summary>The rows' locks. Off: the same tests, with no flag set.</summary>
    Preconditions = 1,

    /// <summary>Count the callers inside the device.</summary>
    Entry = 2,
}

/// <summary>A device that a C baseline holds in native memory.</summary>
internal sealed unsafe class NativeDevice : IDisposable
{
    private readonly nint _library;
    private readonly string _name;
    private readonly void* _device;

    private NativeDevice(nint library, string name, void* device)
    {
        _library = library;
        _name = name;
        _device = device;
    }

    /// <summary>FreeBSD's algorithm.</summary>
    public static NativeDevice CreateUpstream(nint library, uint vcpus, NativeOptions options)
    {
        var create = (delegate* unmanaged<uint, NativeOptions, void*>)NativeLibrary.GetExport(library, "upstream_create");
        return new NativeDevice(library, "upstream", create(vcpus, options));
    }

    /// <summary>The engine's design in C.</summary>
    public static NativeDevice CreateBest(nint library, uint vcpus, NativeOptions options)
    {
        (uint multiplier, uint bits) = PerfectHash.Find(CommandStreams.All);
        var create = (delegate* unmanaged<uint, NativeOptions, uint, uint, void*>)NativeLibrary.GetExport(library, "best_create");
        void* device = create(vcpus, options, multiplier, bits);
        return device == null
            ? throw new InvalidOperationException("The perfect hash does not fit the C source's commands.")
            : new NativeDevice(library, "best", device);
    }

    /// <summary>Commands from a stream, given to this device.</summary>
    public Variant Commands(CommandStream[] streams)
    {
        var run = (delegate* unmanaged<void*, uint, uint*, void**, long, ulong>)NativeLibrary.GetExport(_library, _name + "_run");
        return new CommandVariant(this, run, streams);
    }

    /// <summary>Freeze all, thaw all.</summary>
    public Variant FreezeAll()
    {
        var run = (delegate* unmanaged<void*, long, ulong>)NativeLibrary.GetExport(_library, _name + "_freeze_all");
        return new FreezeAllVariant(this, run);
    }

    public void Dispose() => ((delegate* unmanaged<void*, void>)NativeLibrary.GetExport(_library, _name + "_destroy"))(_device);

    private sealed class CommandVariant(
        NativeDevice device,
        delegate* unmanaged<void*, uint, uint*, void**, long, ulong> run,
        CommandStream[] streams) : Variant
    {
        private readonly delegate* unmanaged<void*, uint, uint*, void**, long, ulong> _run = run;

        public override long MaximumCount => streams[0].Length;

        public override ulong Run(int thread, long count) =>
            _run(device._device, (uint)thread, streams[thread].Commands, streams[thread].Arguments, count);
    }

    private sealed class FreezeAllVariant(NativeDevice device, delegate* unmanaged<void*, long, ulong> run) : Variant
    {
        private readonly delegate* unmanaged<void*, long, ulong> _run = run;

        public override ulong Run(int thread, long count) => _run(device._device, count);
    }
}
