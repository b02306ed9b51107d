using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Locks;
using VmmEngine.Memory;
using VmmEngine.Ratios.Measurement;
using VmmEngine.RunLoop.Scripted;

namespace VmmEngine.Ratios.Worlds;

/// <summary>The engine's side of the run loop's rows: a scripted vCPU, and the script's devices.</summary>
internal sealed unsafe class LoopWorld : IDisposable
{
    private readonly VmLockMemory _locks = new(1);
    private readonly ScriptedVm _vm;
    private readonly Vcpu* _vcpu;
    private readonly DeviceBus _bus = new();
    private readonly ISum[] _devices;

    public LoopWorld(LoopScript script)
    {
        _vm = new ScriptedVm(new BackendRequest(_locks));
        _locks.Locks->Kick = _vm.Kick;
        VcpuLocks<ProcessorAtomics>.TryFreeze(ref *_locks.Locks, 0, out _vcpu);
        _vm.Prepare(_vcpu);
        ScriptedVm.Load(_vcpu, script.Exits, repeat: true);
        _devices = [.. LoopScript.Ports.Select(MapPorts), .. LoopScript.Mmio.Select(MapMmio)];
    }

    /// <summary>Exits, one after the other.</summary>
    public Variant Exits() => new LoopVariant(this);

    public void Dispose() => _vm.Dispose();

    private ISum MapPorts(LoopRange range)
    {
        PortDevice device = SumDevices.Ports(range);
        _bus.MapPorts((ushort)range.First, (int)range.Length, device);
        return (ISum)device;
    }

    private ISum MapMmio(LoopRange range)
    {
        MmioDevice device = SumDevices.Memory(range);
        _bus.MapMmio(new Gpa(range.First), range.Length, device);
        return (ISum)device;
    }

    private ulong Run(long count)
    {
        _vm.Reset(_vcpu);
        RunResult result = _vm.Run(_vcpu, new RunContext(_bus, RunFlags.None, (ulong)count), out _);
        if (result != RunResult.Bogus)
        {
            throw new InvalidOperationException($"The scripted vCPU stopped with {result}.");
        }

        return _devices.Aggregate(0UL, (sum, device) => sum + device.TakeSum());
    }

    private sealed class LoopVariant(LoopWorld world) : Variant
    {
        public override ulong Run(int thread, long count) => world.Run(count);
    }
}
