using VmmEngine.Abi.OpenBsd;

namespace VmmEngine.Abi.Tests.Constants;

/// <summary>OpenBSD's numbers against the fact sheet's section 4.</summary>
public sealed class OpenBsdConstantTests
{
    [Theory]
    [InlineData("RAX RCX RDX RBX RSP RBP RSI RDI R8 R9 R10 R11 R12 R13 R14 R15 RIP RFLAGS NGPRS")]
    [InlineData("CR0 CR2 CR3 CR4 CR8 XCR0 PDPTE0 PDPTE1 PDPTE2 PDPTE3 NCRS")]
    [InlineData("ES CS SS DS FS GS LDTR TR NSREGS")]
    [InlineData("EFER STAR LSTAR CSTAR SFMASK KGSBASE MISC_ENABLE NMSRS")]
    [InlineData("DR0 DR1 DR2 DR3 DR6 DR7 NDRS")]
    public void RegisterIndexesCountFromZero(string names)
    {
        Dictionary<string, long> indexes = AbiTypes.Constants(typeof(vcpu_regs)).ToDictionary(pair => pair.Name, pair => pair.Value);

        Assert.All(names.Split(' '), (name, number) => Assert.Equal(number, indexes["VCPU_REGS_" + name]));
    }

    [Theory]
    [InlineData(typeof(vcpu_state), "VCPU_STATE_", "STOPPED 0 RUNNING 1 REQTERM 2 TERMINATED 3 UNKNOWN 4")]
    [InlineData(typeof(vm_mem_type), "VM_MEM_", "RAM 0 RESERVED 1 MMIO 2")]
    [InlineData(typeof(vmm_status), "VMM_", "SUSPENDED 0 ACTIVE 1")]
    [InlineData(typeof(vmm_mode), "VMM_MODE_", "UNKNOWN 0 EPT 1 RVI 2")]
    [InlineData(typeof(vmm_cpu_mode), "VMM_CPU_MODE_", "REAL 0 PROT 1 PROT32 2 COMPAT 3 LONG 4 UNKNOWN 5")]
    [InlineData(typeof(vcpu_inject_event), "VCPU_INJECT_", "NONE 0 INTR 1 EX 2 NMI 3")]
    [InlineData(typeof(vm_exit_inout), "VEI_DIR_", "OUT 0 IN 1")]
    [InlineData(
        typeof(vm_exit_eptviolation),
        "VEE_",
        "FAULT_INVALID 0 FAULT_HANDLED 1 FAULT_MMIO_ASSIST 2 FAULT_PROTECT 3 LEN_VALID 1 BYTES_VALID 2")]
    [InlineData(typeof(vm_rwregs_params), "VM_RWREGS_", "GPRS 1 SREGS 2 CRS 4 MSRS 8 DRS 16 ALL 31")]
    [InlineData(typeof(vm_rwvmparams_params), "VM_RWVMPARAMS_", "PVCLOCK_SYSTEM_GPA 1 PVCLOCK_VERSION 2 ALL 3")]
    [InlineData(
        typeof(vmm_ex),
        "VMM_EX_",
        "DE 0 DB 1 NMI 2 BP 3 OF 4 BR 5 UD 6 NM 7 DF 8 CP 9 TS 10 NP 11 SS 12 GP 13 PF 14 MF 16 AC 17 MC 18 XM 19 VE 20")]
    [InlineData(
        typeof(vm_exit_reason),
        "VMX_EXIT_",
        "NMI 0 EXTINT 1 TRIPLE_FAULT 2 INIT 3 SIPI 4 IO_SMI 5 OTHER_SMI 6 INT_WINDOW 7 NMI_WINDOW 8 TASK_SWITCH 9 CPUID 10 GETSEC 11 "
            + "HLT 12 INVD 13 INVLPG 14 RDPMC 15 RDTSC 16 RSM 17 VMCALL 18 VMCLEAR 19 VMLAUNCH 20 VMPTRLD 21 VMPTRST 22 VMREAD 23 "
            + "VMRESUME 24 VMWRITE 25 VMXOFF 26 VMXON 27 CR_ACCESS 28 MOV_DR 29 IO 30 RDMSR 31 WRMSR 32 ENTRY_FAILED_GUEST_STATE 33 "
            + "ENTRY_FAILED_MSR_LOAD 34 MWAIT 36 MTF 37 MONITOR 39 PAUSE 40 ENTRY_FAILED_MCE 41 TPR_BELOW_THRESHOLD 43 APIC_ACCESS 44 "
            + "VIRTUALIZED_EOI 45 GDTR_IDTR 46 LDTR_TR 47 EPT_VIOLATION 48 EPT_MISCONFIGURATION 49 INVEPT 50 RDTSCP 51 "
            + "VMX_PREEMPTION_TIMER_EXPIRED 52 INVVPID 53 WBINVD 54 XSETBV 55 APIC_WRITE 56 RDRAND 57 INVPCID 58 VMFUNC 59 RDSEED 61 "
            + "XSAVES 63 XRSTORS 64 VM_EXIT_TERMINATED 65534 VM_EXIT_NONE 65535")]
    [InlineData(
        typeof(vmm_limits),
        "VMM_MAX_",
        "MEM_RANGES 16 NAME_LEN 64 VM_MEM_SIZE 137438953472 VCPUS 512 VCPUS_PER_VM 64 DISKS_PER_VM 4 NICS_PER_VM 4")]
    public void NumbersAreTheReferences(Type type, string prefix, string reference)
        => Assert.Equal(
            reference.Split(' ').Chunk(2).Select(pair => $"{Whole(pair[0], prefix)} {pair[1]}"),
            AbiTypes.Constants(type).Select(pair => $"{pair.Name} {pair.Value}"));

    private static string Whole(string name, string prefix)
        => name.StartsWith("VM_EXIT_", StringComparison.Ordinal) ? name : prefix + name;
}
