using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class CpuSetTests
{
    private readonly FreeBsdHost _host = new(new FreeBsdHostOptions { MaxCpu = 1024 });
    private readonly VmHandle _vm;

    public CpuSetTests()
    {
        _host.OpenControl().Create("a");
        _vm = _host.OpenVm("a");
    }

    /// <summary>The first 64 members of a set.</summary>
    public static ulong Read(DeviceHandle vm, int which)
    {
        ulong word = 0;
        Assert.Equal(0, vm.Ioctl(VmCommandWords.VM_GET_CPUS, new vm_cpuset { which = which, cpusetsize = sizeof(ulong), cpus = (cpuset_t*)&word }));
        return word;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(129)]
    public void TheSizeIsCheckedBeforeTheSet(int size) => Assert.Equal(Errno.ERANGE, Get(which: 7, size, null));

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void TheSetIsCheckedBeforeItsFit(int which)
    {
        _vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 1000);
        Assert.Equal(Errno.EINVAL, Get(which, 1, null));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 1)]
    [InlineData(8, 2)]
    [InlineData(63, 8)]
    [InlineData(64, 9)]
    [InlineData(1023, 128)]
    public void TheBufferMustHoldTheHighestMember(int id, int size)
    {
        _vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, id);
        byte* buffer = stackalloc byte[sizeof(cpuset_t)];

        Assert.Equal(0, Get(vm_cpuset_which.VM_ACTIVE_CPUS, size, buffer));
        Assert.Equal(1 << (id % 8), buffer[id / 8]);
        Assert.Equal(Errno.ERANGE, Get(vm_cpuset_which.VM_ACTIVE_CPUS, size - 1, null));
    }

    [Fact]
    public void FitIsCheckedBeforeThePointer()
    {
        _vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 8);
        Assert.Equal(Errno.ERANGE, Get(vm_cpuset_which.VM_ACTIVE_CPUS, 1, null));
        Assert.Equal(Errno.EFAULT, Get(vm_cpuset_which.VM_ACTIVE_CPUS, 2, null));
        Assert.Equal(Errno.EFAULT, Get(vm_cpuset_which.VM_ACTIVE_CPUS, 2, (byte*)0x8000_0000_0000_0000));
    }

    [Fact]
    public void ExactlyTheBuffersBytesAreWritten()
    {
        _vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 1);
        byte* buffer = stackalloc byte[24];
        new Span<byte>(buffer, 24).Fill(0xEE);

        Assert.Equal(0, Get(vm_cpuset_which.VM_ACTIVE_CPUS, 17, buffer));
        Assert.Equal(2, buffer[0]);
        Assert.Equal(new byte[16], new Span<byte>(buffer + 1, 16).ToArray());
        Assert.Equal(0xEE, buffer[17]);
    }

    [Fact]
    public void SetsAreApart()
    {
        _vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 1);
        _vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, 5);
        _vm.Vcpu(VmCommandWords.VM_SUSPEND_CPU, 5);

        Assert.Equal(0b10_0010ul, Read(_vm, vm_cpuset_which.VM_ACTIVE_CPUS));
        Assert.Equal(0b10_0000ul, Read(_vm, vm_cpuset_which.VM_DEBUG_CPUS));
        Assert.Equal(0ul, Read(_vm, vm_cpuset_which.VM_SUSPENDED_CPUS));
    }

    private int Get(int which, int size, byte* buffer) =>
        _vm.Ioctl(VmCommandWords.VM_GET_CPUS, new vm_cpuset { which = which, cpusetsize = size, cpus = (cpuset_t*)buffer });
}
