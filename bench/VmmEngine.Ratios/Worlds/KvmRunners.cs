using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.Ratios.Worlds;

/// <summary>A thread for each vCPU of a world that runs it, and runs it again when it has been stopped and may go on.</summary>
internal sealed unsafe class KvmRunners : IDisposable
{
    private readonly KvmWorld _world;
    private readonly Thread[] _threads;
    private readonly ManualResetEventSlim _open = new(initialState: true, spinCount: 0);
    private volatile bool _stopped;

    public KvmRunners(KvmWorld world, int vcpus)
    {
        _world = world;
        _threads = new Thread[vcpus];
        for (int id = 0; id < vcpus; id++)
        {
            int vcpu = id;
            _threads[id] = new Thread(() => RunAgainAndAgain(vcpu)) { IsBackground = true, Name = $"vcpu {id}" };
            _threads[id].Start();
        }
    }

    /// <summary>Waits until every vCPU is in the guest. Whoever leaves it from now on stays out until <see cref="GoOn"/>: what runners do next is not measured.</summary>
    public void AwaitRunning()
    {
        for (int id = 0; id < _threads.Length; id++)
        {
            Vcpu* vcpu = _world.Vcpu(id);
            while (Volatile.Read(ref vcpu->State) != (uint)VcpuState.Running)
            {
                Thread.Yield();
            }
        }

        _open.Reset();
    }

    /// <summary>Lets the runners enter the guest again.</summary>
    public void GoOn() => _open.Set();

    public void Dispose()
    {
        _stopped = true;
        GoOn();
        for (int id = 0; id < _threads.Length; id++)
        {
            VcpuLocks<ProcessorAtomics>.Post(ref _world.Locks, _world.Vcpu(id), VcpuRequests.Suspend);
            _threads[id].Join();
        }

        _open.Dispose();
    }

    private void RunAgainAndAgain(int id)
    {
        while (!_stopped)
        {
            if (VcpuLocks<ProcessorAtomics>.TryFreeze(ref _world.Locks, id, out Vcpu* vcpu))
            {
                _world.Run(id);
                VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
                _open.Wait();
            }
        }
    }
}
