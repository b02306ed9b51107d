using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Locks;
using VmmEngine.RunLoop.Scripted;

namespace VmmEngine.Tests.RunLoop;

/// <summary>vCPUs that play scripts, with their locks and a bus.</summary>
internal sealed unsafe class ScriptedVcpus : IDisposable
{
    private readonly VmLockMemory _memory = new(2);

    public ScriptedVcpus(params ScriptedExit[] script)
    {
        Vm = new ScriptedVm(new BackendRequest(_memory));
        _memory.Locks->Kick = Vm.Kick;
        Freeze();
        Vm.Prepare(Vcpu);
        ScriptedVm.Load(Vcpu, script);
    }

    public ScriptedVm Vm { get; }

    public DeviceBus Bus { get; } = new();

    public ref VmLocks Locks => ref *_memory.Locks;

    public Vcpu* Vcpu => _memory.Locks->Vcpus;

    public VcpuRequests Requests => (VcpuRequests)Volatile.Read(ref Vcpu->Requests);

    public VcpuState State => (VcpuState)Volatile.Read(ref Vcpu->State);

    public void Freeze() => VcpuLocks.TryFreeze(ref Locks, 0, out _);

    public void Thaw() => VcpuLocks.Thaw(Vcpu);

    public void Post(VcpuRequests requests) => VcpuLocks.Post(ref Locks, Vcpu, requests);

    public RunResult Run(RunFlags flags = RunFlags.None, ulong budget = 0) => Run(out _, flags, budget);

    public RunResult Run(out VcpuExit exit, RunFlags flags = RunFlags.None, ulong budget = 0)
    {
        RunResult result = Vm.Run(Vcpu, new RunContext(Bus, flags, budget), out VcpuExit* where);
        exit = *where;
        return result;
    }

    public ulong Answer(int index) => ScriptedVm.Answer(Vcpu, index);

    public void Dispose() => Vm.Dispose();
}
