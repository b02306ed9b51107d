using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.FreeBsd.Running;

/// <summary>A VM of four vCPUs on a fake back end, in the words of the tests.</summary>
internal sealed unsafe class GuestVm
{
    public const ulong Mebibyte = 1 << 20;

    public GuestVm(FreeBsdHostOptions? options = null, InterruptController? interrupts = null)
    {
        Factory = new FakeBackendFactory { Interrupts = interrupts };
        One = new OneVm((options ?? new FreeBsdHostOptions()) with { BackendFactory = Factory });
    }

    public FakeBackendFactory Factory { get; }

    public OneVm One { get; }

    public VmHandle Vm => One.Vm;

    public FakeBackend Backend => Factory.Last!;

    public FakeVcpu* Fake(int id = 0) => FakeBackend.Of(Vm.Vm.Locks->Vcpus + id);

    /// <summary>Activates a vCPU and lets the back end have it.</summary>
    public GuestVm WithVcpu(int id = 0)
    {
        Assert.Equal(0, Vm.Vcpu(VmCommandWords.VM_ACTIVATE_CPU, id));
        Get(vm_reg_name.VM_REG_GUEST_RIP, id);
        return this;
    }

    /// <summary>Appends what the guest of a vCPU does.</summary>
    public GuestVm Does(VcpuExit exit, int id = 0)
    {
        exit.Count = exit.Count == 0 ? 1 : exit.Count;
        Fake(id)->Exits[(int)Fake(id)->Scripted++] = exit;
        return this;
    }

    public int Allocate(int id, ulong length, string name = "")
    {
        vm_memseg argument = new() { segid = id, len = length };
        DeviceCalls.Bytes(name).CopyTo(new Span<byte>(argument.name, vmm_limits.VM_MAX_SUFFIXLEN + 1));
        return Vm.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG, ref argument);
    }

    public int Map(ulong gpa, int segment, long offset, ulong length, int protection = vm_memory.VM_PROT_ALL, int flags = 0) =>
        Vm.Ioctl(VmCommandWords.VM_MMAP_MEMSEG, new vm_memmap { gpa = gpa, segid = segment, segoff = offset, len = length, prot = protection, flags = flags });

    public int Unmap(ulong gpa, ulong length) => Vm.Ioctl(VmCommandWords.VM_MUNMAP_MEMSEG, new vm_munmap { gpa = gpa, len = length });

    /// <summary>System memory at address 0.</summary>
    public GuestVm WithMemory(ulong length = Mebibyte)
    {
        Assert.Equal(0, Allocate(0, length));
        Assert.Equal(0, Map(0, 0, 0, length));
        return this;
    }

    public ulong Get(int register, int id = 0)
    {
        vm_register argument = new() { cpuid = id, regnum = register };
        Assert.Equal(0, Vm.Ioctl(VmCommandWords.VM_GET_REGISTER, ref argument));
        return argument.regval;
    }

    public int TrySet(int register, ulong value, int id = 0) =>
        Vm.Ioctl(VmCommandWords.VM_SET_REGISTER, new vm_register { cpuid = id, regnum = register, regval = value });

    public GuestVm Set(int register, ulong value, int id = 0)
    {
        Assert.Equal(0, TrySet(register, value, id));
        return this;
    }

    public int TryRun(out vm_exit exit, int id = 0)
    {
        vm_exit result = default;
        int error = Vm.Ioctl(VmCommandWords.VM_RUN, new vm_run { cpuid = id, vm_exit = &result });
        exit = result;
        return error;
    }

    public vm_exit Run(int id = 0)
    {
        Assert.Equal(0, TryRun(out vm_exit exit, id));
        return exit;
    }

    public int Suspend(int how = vm_suspend_how.VM_SUSPEND_RESET) => Vm.Ioctl(VmCommandWords.VM_SUSPEND, new vm_suspend { how = how });

    public int Reinitialize() => Vm.Ioctl(VmCommandWords.VM_REINIT, null);

    /// <summary>Waits until a vCPU is in a state.</summary>
    public void Await(VcpuState state, int id = 0) =>
        VmmEngine.Tests.Locks.Background.Until(() => Volatile.Read(ref Vm.Vm.Locks->Vcpus[id].State) == (uint)state);
}
