using System.Runtime.InteropServices;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.Abi.OpenBsd.Baseline;
using VmmEngine.Backends;
using VmmEngine.Devices;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using Xunit;

namespace VmmEngine.Tests.OpenBsdClient;

/// <summary>
/// A guest of the baseline's interface on a real back end: 1 MiB of the client's memory at 0, device memory behind it, code at 0x1000 in real mode,
/// segments at 0.
/// </summary>
internal sealed unsafe partial class OpenBsdGuest : IDisposable
{
    public const ulong Start = 0x1000;
    public const int MemorySize = 1 << 20;
    public const ulong Mmio = MemorySize;
    private const uint RealModeAccess = 0x93;
    private const uint RealModeCode = 0x9B;

    private readonly byte* _memory;

    public OpenBsdGuest(BackendFactory factory, byte[] code, OpenBsdQuirks? quirks = null, bool closeTerminates = false)
    {
        Host = new OpenBsdHost(new OpenBsdOptions
        {
            BackendFactory = factory,
            Revisions = Revisions.Both,
            Quirks = quirks ?? new OpenBsdQuirks(),
            CloseTerminatesVms = closeTerminates,
        });
        Handle = Open();
        _memory = Map(0, MemorySize, ReadAndWrite, PrivateAndAnonymous, -1, 0);
        code.CopyTo(Memory[(int)Start..]);
        vm_create_params create = new() { vcp_ncpus = 1, vcp_nmemranges = 2 };
        create.vcp_memranges[0] = new vm_mem_range { vmr_size = MemorySize, vmr_va = (ulong)_memory };
        create.vcp_memranges[1] = new vm_mem_range { vmr_gpa = Mmio, vmr_size = 4096, vmr_va = 0x1000, vmr_type = vm_mem_type.VM_MEM_MMIO };
        Assert.Equal(0, Command(BaselineCommandWords.VMM_IOC_CREATE, ref create));
        Id = create.vcp_id;
        Assert.Equal(0, Reset());
    }

    public OpenBsdHost Host { get; }

    public VmmHandle Handle { get; private set; }

    public uint Id { get; }

    /// <summary>The memory, as its owner sees it.</summary>
    public Span<byte> Memory => new(_memory, MemorySize);

    public static ulong Gpr(in vm_exit exit, int register) => exit.vrs.vrs_gprs[register];

    public int Command<T>(uint command, ref T argument)
        where T : unmanaged
    {
        fixed (T* pointer = &argument)
        {
            return Handle.Ioctl(command, pointer);
        }
    }

    /// <summary>Puts the vCPU at the code in real mode, interrupts off.</summary>
    public int Reset()
    {
        vm_resetcpu_params argument = new() { vrp_vm_id = Id, vrp_init_state = RealMode() };
        return Command(BaselineCommandWords.VMM_IOC_RESETCPU, ref argument);
    }

    public static vcpu_reg_state RealMode()
    {
        vcpu_reg_state state = default;
        state.vrs_gprs[vcpu_regs.VCPU_REGS_RIP] = Start;
        state.vrs_gprs[vcpu_regs.VCPU_REGS_RSP] = 0x8000;
        state.vrs_gprs[vcpu_regs.VCPU_REGS_RFLAGS] = 2;
        state.vrs_crs[vcpu_regs.VCPU_REGS_CR0] = 0x10;
        for (int segment = 0; segment < vcpu_regs.VCPU_REGS_NSREGS; segment++)
        {
            state.vrs_sregs[segment] = new vcpu_segment_info { vsi_limit = 0xFFFF, vsi_ar = RealModeAccess };
        }

        state.vrs_sregs[vcpu_regs.VCPU_REGS_CS].vsi_ar = RealModeCode;
        state.vrs_sregs[vcpu_regs.VCPU_REGS_LDTR].vsi_ar = 0x82;
        state.vrs_sregs[vcpu_regs.VCPU_REGS_TR].vsi_ar = 0x8B;
        state.vrs_idtr.vsi_limit = 0x3FF;
        state.vrs_gdtr.vsi_limit = 0xFFFF;
        state.vrs_drs[vcpu_regs.VCPU_REGS_DR6] = 0xFFFF0FF0;
        state.vrs_drs[vcpu_regs.VCPU_REGS_DR7] = 0x400;
        return state;
    }

    /// <summary>Runs once; the run must succeed.</summary>
    public ushort Run(ref vm_exit exit, bool answers = false, vcpu_inject_event what = default, bool pending = false) =>
        Run(ref exit, out _, answers, what, pending);

    public ushort Run(ref vm_exit exit, out bool ready, bool answers = false, vcpu_inject_event what = default, bool pending = false)
    {
        fixed (vm_exit* pointer = &exit)
        {
            vm_run_params run = new()
            {
                vrp_vm_id = Id,
                vrp_continue = answers ? (byte)1 : (byte)0,
                vrp_inject = what,
                vrp_intr_pending = pending ? (byte)1 : (byte)0,
                vrp_exit = pointer,
            };
            Assert.Equal(0, Command(BaselineCommandWords.VMM_IOC_RUN, ref run));
            ready = run.vrp_irqready != 0;
            return run.vrp_exit_reason;
        }
    }

    /// <summary>Runs once, for its error.</summary>
    public int TryRun(vm_exit* exit, bool answers = false)
    {
        vm_run_params run = new() { vrp_vm_id = Id, vrp_exit = exit, vrp_continue = answers ? (byte)1 : (byte)0 };
        return Command(BaselineCommandWords.VMM_IOC_RUN, ref run);
    }

    /// <summary>Runs on until there is something to help with.</summary>
    public ushort RunToExit(ref vm_exit exit)
    {
        ushort reason;
        do
        {
            reason = Run(ref exit);
        }
        while (reason == vm_exit_reason.VM_EXIT_NONE);

        return reason;
    }

    /// <summary>Answers an exit at an instruction: the client moves RIP behind it.</summary>
    public ushort Answer(ref vm_exit exit, int length)
    {
        exit.vrs.vrs_gprs[vcpu_regs.VCPU_REGS_RIP] += (ulong)length;
        return Run(ref exit, answers: true);
    }

    public int RequestInterrupt(bool wanted)
    {
        vm_intr_params argument = new() { vip_vm_id = Id, vip_intr = wanted ? (ushort)1 : (ushort)0 };
        return Command(BaselineCommandWords.VMM_IOC_INTR, ref argument);
    }

    public byte State()
    {
        vm_info_result result;
        vm_info_params info = new() { vip_size = (ulong)sizeof(vm_info_result), vip_info = &result };
        Assert.Equal(0, Command(BaselineCommandWords.VMM_IOC_INFO, ref info));
        return result.vir_vcpu_state[0];
    }

    /// <summary>Opens the device anew, in the place of a closed file.</summary>
    public void Reopen() => Handle = Open();

    public int Terminate()
    {
        vm_terminate_params argument = new() { vtp_vm_id = Id };
        return Command(BaselineCommandWords.VMM_IOC_TERM, ref argument);
    }

    public void Dispose()
    {
        Terminate();
        _ = Unmap(_memory, MemorySize);
    }

    private VmmHandle Open()
    {
        Assert.Equal(0, Host.Open(OpenBsdHost.DevicePath, OpenMode.ReadWrite, Credential.Superuser, out DeviceHandle? handle));
        return (VmmHandle)handle!;
    }

    private const int ReadAndWrite = 3;
    private const int PrivateAndAnonymous = 0x22;

    [LibraryImport("libc", EntryPoint = "mmap")]
    internal static partial byte* Map(nint address, nint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    internal static partial int Unmap(byte* address, nint length);
}
