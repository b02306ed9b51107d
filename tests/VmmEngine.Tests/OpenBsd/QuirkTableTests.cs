using System.Text;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.Abi.OpenBsd.Baseline;
using VmmEngine.Locks;
using VmmEngine.OpenBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.SoftX86;
using VmmEngine.Tests.OpenBsdClient;
using VmmEngine.Tests.Tables;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>The table of quirks names every option once, and each does in both positions what its row says.</summary>
public sealed unsafe class QuirkTableTests
{
    private const byte Sti = 0xFB;
    private const byte Nop = 0x90;
    private const byte Hlt = 0xF4;
    private const int HandlerPort = 119;
    private const ulong Page = 4096;

    private static readonly Dictionary<string, Func<OpenBsdQuirks, string>> Trials = new()
    {
        ["VirtualizationFirst"] = quirks => Created(new OpenBsdOptions { Quirks = quirks, Virtualization = new Refusing() }, new vm_create_params { vcp_ncpus = 1 }),
        ["TruncateNames"] = quirks => Created(quirks, create =>
        {
            Encoding.ASCII.GetBytes(new string('n', 64), new Span<byte>(create->vcp_name, 64));
        }),
        ["UnknownTypesAreMemory"] = quirks => Created(quirks, create => create->vcp_memranges[0].vmr_type = 77),
        ["JudgeDeviceMemoryAddresses"] = quirks => Created(quirks, create =>
        {
            create->vcp_nmemranges = 2;
            create->vcp_memranges[1] = Client.Range(gpa: 0x10_0000, size: Page, va: 0, type: vm_mem_type.VM_MEM_MMIO);
        }),
        ["CreationHidesFaults"] = quirks => Created(
            new OpenBsdOptions { Quirks = quirks, BackendFactory = new SoftBackendFactory() }, Client.Creation(Client.Range(size: Page, va: 0x2_0000))),
        ["ReportCountsDyingVms"] = CountWhileEnding,
        ["BaselineSecondTerminationIsBusy"] = SecondTermination,
        ["ShareIgnoresErrors"] = quirks => On(quirks, [Hlt], guest =>
        {
            vm_sharemem_params share = new() { vsp_vm_id = guest.Id };
            return Name(guest.Command(BaselineCommandWords.VMM_IOC_SHAREMEM, ref share));
        }),
        ["ResetLeaksVpids"] = quirks => On(quirks, [Hlt], guest =>
        {
            guest.Reset();
            guest.Reset();
            return $"{guest.Host.VpidCount}";
        }),
        ["HalveVpids"] = quirks => On(quirks, [Hlt], guest =>
        {
            int resets = 1;
            while (guest.Reset() == 0)
            {
                resets++;
            }

            return $"{resets}";
        }),
        ["BadAnswerLeavesRunning"] = quirks => On(quirks, [Hlt], guest =>
        {
            Assert.Equal(Errno.EFAULT, guest.TryRun((vm_exit*)0x10, answers: true));
            return guest.State() == vcpu_state.VCPU_STATE_RUNNING ? "RUNNING" : "STOPPED";
        }),
        ["LoseExitOnBadPointer"] = quirks => On(quirks, [Sti, Nop, Hlt, 0xE6, 0x10], guest =>
        {
            Assert.Equal(Errno.EFAULT, guest.TryRun((vm_exit*)0x10));
            return Reason(guest);
        }),
        ["ShowOldExitBytes"] = quirks => On(quirks, [0xE6, 0x10, Sti, Hlt], guest =>
        {
            vm_exit exit = default;
            guest.Run(ref exit);
            Move(guest, OpenBsdGuest.Start + 2);
            guest.Run(ref exit);
            return $"{exit.u.vei.vei_port}";
        }),
        ["RunForgetsInterrupt"] = quirks => On(quirks, [Sti, Nop, 0xE6, 0x10, Nop, 0xE6, 0x11], guest =>
        {
            vm_exit exit = default;
            guest.Run(ref exit);
            guest.RequestInterrupt(true);
            return Name(guest.Answer(ref exit, length: 2), exit);
        }),
        ["DropUnreadyInterrupts"] = quirks => On(quirks, [0xE6, 0x10, Sti, Nop, 0xE6, 0x11], guest =>
        {
            vm_exit exit = default;
            guest.Run(ref exit);
            exit.vrs.vrs_gprs[vcpu_regs.VCPU_REGS_RIP] += 2;
            guest.Run(ref exit, answers: true, what: new vcpu_inject_event { vie_type = vcpu_inject_event.VCPU_INJECT_INTR, vie_vector = 0x40 });
            return $"{exit.u.vei.vei_port}";
        }),
        ["IgnoreNonMaskableInterrupts"] = quirks => On(quirks, [Nop, 0xE6, 0x10], guest =>
        {
            vm_exit exit = default;
            guest.Run(ref exit, what: new vcpu_inject_event { vie_type = vcpu_inject_event.VCPU_INJECT_NMI });
            return $"{exit.u.vei.vei_port}";
        }),
        ["IgnoreUnknownMaskBits"] = quirks => On(quirks, [Hlt], guest =>
        {
            vm_rwregs_params registers = new() { vrwp_vm_id = guest.Id, vrwp_mask = 0x20 };
            return Name(guest.Command(BaselineCommandWords.VMM_IOC_READREGS, ref registers));
        }),
        ["HideClockErrors"] = quirks => On(quirks, [Hlt], guest => Name(SetClock(guest, 0x4008, out _))),
        ["RefuseLastClockPlace"] = quirks => On(quirks, [Hlt], guest =>
        {
            SetClock(guest, OpenBsdGuest.MemorySize - 32, out ulong address);
            return $"{address:X}";
        }),
        ["AllowWritableCode"] = quirks => On(quirks, [Hlt], guest =>
        {
            vm_mprotect_ept_params protect = new() { vmep_vm_id = guest.Id, vmep_sgpa = 0x4000, vmep_size = Page, vmep_prot = 7 };
            return Name(guest.Command(BaselineCommandWords.VMM_IOC_MPROTECT_EPT, ref protect));
        }),
    };

    private static readonly QuirkTable<OpenBsdQuirks> Table = new("openbsd", Trials);

    private delegate void Spoil(vm_create_params* create);

    public static TheoryData<string> Names => QuirkTable<OpenBsdQuirks>.Names;

    [Fact]
    public void EveryRowIsAnOptionAndHasATrial() => Table.IsWhole();

    [Theory]
    [MemberData(nameof(Names))]
    public void AnOptionDoesWhatItsRowSays(string option) => Table.IsRightAbout(option);

    private static string Created(OpenBsdQuirks quirks, Spoil spoil)
    {
        vm_create_params create = Client.Creation();
        spoil(&create);
        return Created(new OpenBsdOptions { Quirks = quirks }, create);
    }

    private static string Created(OpenBsdOptions options, vm_create_params create) => Name(new Client(options).Create(ref create));

    private static string CountWhileEnding(OpenBsdQuirks quirks)
    {
        Client client = new(new OpenBsdOptions { Quirks = quirks });
        uint id = client.Create();
        using Visitor visitor = new(client, id);
        Task<int> ending = Task.Factory.StartNew(() => client.Terminate(id), TaskCreationOptions.LongRunning);
        Eventually.Is(() => client.Host.Vms.Listed == 0);
        ulong count = client.Report(new vm_info_result[2]).vip_info_ct;
        visitor.Leave();
        Assert.Equal(0, Eventually.Result(ending));
        return $"{count}";
    }

    private static string SecondTermination(OpenBsdQuirks quirks)
    {
        Client client = new(new OpenBsdOptions { Quirks = quirks });
        uint id = client.Create();
        Assert.True(ReferenceCounts<ProcessorAtomics>.TryBeginEnd(ref client.Host.Vms.Find(id)!.References)); // the first one, before it unlinks
        return Name(client.Terminate(id));
    }

    /// <summary>A guest whose handlers of interrupt 64 and of non-maskable ones are at a port.</summary>
    private static string On(OpenBsdQuirks quirks, byte[] code, Func<OpenBsdGuest, string> trial)
    {
        using OpenBsdGuest guest = new(new SoftBackendFactory(), code, quirks);
        new byte[] { 0xE6, HandlerPort }.CopyTo(guest.Memory[0x3000..]);
        foreach (int vector in new[] { 2, 0x40 })
        {
            BitConverter.TryWriteBytes(guest.Memory[(vector * 4)..], 0x3000u);
        }

        return trial(guest);
    }

    private static string Reason(OpenBsdGuest guest)
    {
        vm_exit exit = default;
        return Name(guest.Run(ref exit), exit);
    }

    private static string Name(ushort reason, in vm_exit exit) => reason switch
    {
        vm_exit_reason.VMX_EXIT_IO => "IO",
        vm_exit_reason.VMX_EXIT_HLT => "HLT",
        vm_exit_reason.VMX_EXIT_EXTINT => "EXTINT",
        _ => $"reason {reason} at {OpenBsdGuest.Gpr(in exit, vcpu_regs.VCPU_REGS_RIP):X}",
    };

    private static void Move(OpenBsdGuest guest, ulong rip)
    {
        vm_rwregs_params registers = new() { vrwp_vm_id = guest.Id, vrwp_mask = vm_rwregs_params.VM_RWREGS_GPRS };
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_READREGS, ref registers));
        registers.vrwp_regs.vrs_gprs[vcpu_regs.VCPU_REGS_RIP] = rip;
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_WRITEREGS, ref registers));
    }

    private static int SetClock(OpenBsdGuest guest, ulong wanted, out ulong address)
    {
        vm_rwvmparams_params clock = new() { vpp_vm_id = guest.Id, vpp_mask = vm_rwvmparams_params.VM_RWVMPARAMS_PVCLOCK_SYSTEM_GPA, vpp_pvclock_system_gpa = wanted };
        int error = guest.Command(BaselineCommandWords.VMM_IOC_WRITEVMPARAMS, ref clock);
        Assert.Equal(0, guest.Command(BaselineCommandWords.VMM_IOC_READVMPARAMS, ref clock));
        address = clock.vpp_pvclock_system_gpa;
        return error;
    }

    private static string Name(int error) =>
        error == 0 ? "0" : typeof(Errno).GetFields().Single(field => (int)field.GetRawConstantValue()! == error).Name;

    private sealed class Refusing : IVirtualization
    {
        public bool TrySwitchOn() => false;

        public void SwitchOff()
        {
        }
    }
}
