using System.Runtime.InteropServices;
using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Native;

/// <summary>The run loop of the C baseline, with devices like <see cref="SumPorts{TKind}"/>.</summary>
internal sealed unsafe class NativeLoop : IDisposable
{
    private readonly nint _library;
    private readonly void* _loop;
    private NativeScript? _script;

    public NativeLoop(nint library, bool upstreamTransitions)
    {
        _library = library;
        var create = (delegate* unmanaged<uint, void*>)Export("loop_create");
        _loop = create(upstreamTransitions ? 1u : 0);
    }

    public void MapPorts(LoopRange range)
    {
        var map = (delegate* unmanaged<void*, uint, uint, uint, ulong, void>)Export("loop_map_ports");
        map(_loop, (uint)range.First, (uint)range.Length, range.Kind, range.Salt);
    }

    public void MapMmio(LoopRange range)
    {
        var map = (delegate* unmanaged<void*, ulong, ulong, uint, ulong, void>)Export("loop_map_mmio");
        map(_loop, range.First, range.Length, range.Kind, range.Salt);
    }

    /// <summary>Plays a script.</summary>
    public Variant Play(LoopScript script)
    {
        _script = new NativeScript(script);
        var load = (delegate* unmanaged<void*, void*, uint, void>)Export("loop_load");
        load(_loop, _script.Exits, (uint)script.Exits.Length);
        return new ScriptVariant(this, (delegate* unmanaged<void*, long, ulong>)Export("loop_run"));
    }

    /// <summary>Runs a vCPU of KVM whose guest writes to a port for ever.</summary>
    /// <param name="vcpu">The vCPU's descriptor.</param>
    /// <param name="run">Its kvm_run.</param>
    public Variant RunKvm(int vcpu, void* run) =>
        new KvmVariant(this, (delegate* unmanaged<void*, long, int, void*, ulong>)Export("loop_run_kvm"), vcpu, run);

    public void Dispose()
    {
        ((delegate* unmanaged<void*, void>)Export("loop_destroy"))(_loop);
        _script?.Dispose();
    }

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);

    private sealed class ScriptVariant(NativeLoop loop, delegate* unmanaged<void*, long, ulong> run) : Variant
    {
        private readonly delegate* unmanaged<void*, long, ulong> _run = run;

        public override ulong Run(int thread, long count) => _run(loop._loop, count);
    }

    private sealed class KvmVariant(NativeLoop loop, delegate* unmanaged<void*, long, int, void*, ulong> run, int vcpu, void* page) : Variant
    {
        private readonly delegate* unmanaged<void*, long, int, void*, ulong> _run = run;
        private readonly void* _page = page;

        public override ulong Run(int thread, long count) => _run(loop._loop, count, vcpu, _page);
    }

    /// <summary>The script in the C source's layout: 32 bytes an exit.</summary>
    private sealed class NativeScript : IDisposable
    {
        private const int Words = 4;

        public NativeScript(LoopScript script)
        {
            ulong* words = (ulong*)NativeMemory.Alloc((nuint)script.Exits.Length, Words * sizeof(ulong));
            Exits = words;
            foreach (var exit in script.Exits)
            {
                *words++ = (uint)exit.Reason | ((ulong)exit.Size << 32);
                *words++ = exit.Port;
                *words++ = exit.Address;
                *words++ = exit.Data;
            }
        }

        public void* Exits { get; }

        public void Dispose() => NativeMemory.Free(Exits);
    }
}
