using VmmEngine.Abi.OpenBsd;
using VmmEngine.Locks;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>A call that stays inside a VM until it is told to leave: it waits for a vCPU that the test holds.</summary>
internal sealed unsafe class Visitor : IDisposable
{
    private readonly Vcpu* _vcpu;
    private readonly Vm _vm; // keeps the vCPU's memory
    private readonly Task<int> _call;
    private bool _left;

    public Visitor(Client client, uint id)
    {
        _vm = client.Host.Vms.Find(id)!;
        Assert.True(VcpuLocks<ProcessorAtomics>.TryAwait(ref *_vm.Memory.Locks, 0, out Vcpu* vcpu));
        _vcpu = vcpu;
        _call = Task.Factory.StartNew(
            () =>
            {
                vm_rwregs_params argument = new() { vrwp_vm_id = id };
                return client.Ioctl(BaselineCommandWords.VMM_IOC_READREGS, ref argument);
            },
            TaskCreationOptions.LongRunning);
        Eventually.Is(() => ProcessorAtomics.Read(ref _vcpu->Waiters) != 0);
    }

    /// <summary>Lets the call go on to its end.</summary>
    public void Leave()
    {
        if (!_left)
        {
            _left = true;
            VcpuLocks<ProcessorAtomics>.Thaw(_vcpu);
            Assert.Equal(Errno.EIO, Eventually.Result(_call));
            GC.KeepAlive(_vm);
        }
    }

    public void Dispose() => Leave();
}
