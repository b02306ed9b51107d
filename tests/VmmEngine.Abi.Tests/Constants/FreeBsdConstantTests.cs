using VmmEngine.Abi.FreeBsd;

namespace VmmEngine.Abi.Tests.Constants;

/// <summary>FreeBSD's numbers against the fact sheet; an enumeration is its names in the order of their numbers.</summary>
public sealed class FreeBsdConstantTests
{
    [Theory]
    [InlineData(
        typeof(vm_reg_name),
        "VM_REG_GUEST_",
        "RAX RBX RCX RDX RSI RDI RBP R8 R9 R10 R11 R12 R13 R14 R15 CR0 CR3 CR4 DR7 RSP RIP RFLAGS ES CS SS DS FS GS LDTR TR IDTR GDTR "
            + "EFER CR2 PDPTE0 PDPTE1 PDPTE2 PDPTE3 INTR_SHADOW DR0 DR1 DR2 DR3 DR6 ENTRY_INST_LENGTH FS_BASE GS_BASE KGS_BASE TPR "
            + "VM_REG_LAST")]
    [InlineData(
        typeof(vm_exitcode),
        "VM_EXITCODE_",
        "INOUT VMX BOGUS RDMSR WRMSR HLT MTRAP PAUSE PAGING INST_EMUL SPINUP_AP DEPRECATED1 RENDEZVOUS IOAPIC_EOI SUSPENDED INOUT_STR "
            + "TASK_SWITCH MONITOR MWAIT SVM REQIDLE DEBUG VMINSN BPT IPI DB MAX")]
    [InlineData(
        typeof(vm_cap_type),
        "VM_CAP_",
        "HALT_EXIT MTRAP_EXIT PAUSE_EXIT UNRESTRICTED_GUEST ENABLE_INVPCID BPT_EXIT RDPID RDTSCP IPI_EXIT MASK_HWINTR RFLAGS_TF MAX")]
    [InlineData(typeof(vm_suspend_how), "VM_SUSPEND_", "NONE RESET POWEROFF HALT TRIPLEFAULT DESTROY LAST")]
    [InlineData(typeof(vcpu_state), "VCPU_", "IDLE FROZEN RUNNING SLEEPING")]
    [InlineData(typeof(vm_cpu_mode), "CPU_MODE_", "REAL PROTECTED COMPATIBILITY 64BIT")]
    [InlineData(typeof(vm_paging_mode), "PAGING_MODE_", "FLAT 32 PAE 64 64_LA57")]
    [InlineData(typeof(task_switch_reason), "TSR_", "CALL IRET JMP IDT_GATE")]
    [InlineData(typeof(vm_cpuset_which), "VM_", "ACTIVE_CPUS SUSPENDED_CPUS DEBUG_CPUS")]
    [InlineData(typeof(domainset_policy), "DOMAINSET_POLICY_", "INVALID ROUNDROBIN FIRSTTOUCH PREFER INTERLEAVE")]
    [InlineData(typeof(vm_snapshot_op), "VM_SNAPSHOT_", "SAVE RESTORE")]
    public void EnumerationsCountFromZero(Type type, string prefix, string names)
        => Assert.Equal(
            names.Split(' ').Select((name, number) => (Whole(name, prefix), (long)number)),
            AbiTypes.Constants(type));

    [Theory]
    [InlineData(typeof(vmm_limits), "SPECNAMELEN 255 VM_MAX_PREFIXLEN 10 VM_MAX_SUFFIXLEN 15 VM_MAX_NAMELEN 229")]
    [InlineData(typeof(vmmctl_create_flags), "VMMCTL_CREATE_DESTROY_ON_CLOSE 1 VMMCTL_FLAGS_MASK 1")]
    [InlineData(
        typeof(vm_memory),
        "VM_SYSMEM 0 VM_BOOTROM 8 VM_FRAMEBUFFER 9 VM_PCIROM 10 VM_MAXMEMDOM 8 VM_MAX_MEMSEGS 11 VM_MAX_MEMMAPS 22 COMPAT_SEGID_SHIFT 7 "
            + "VM_PROT_READ 1 VM_PROT_WRITE 2 VM_PROT_EXECUTE 4 VM_PROT_ALL 7 VM_MEMMAP_F_WIRED 1 VM_MEMMAP_F_IOMMU 2")]
    [InlineData(
        typeof(seg_access),
        "SEG_DESC_TYPE_MASK 31 SEG_DESC_DPL_MASK 96 SEG_DESC_DPL_SHIFT 5 SEG_DESC_PRESENT 128 SEG_DESC_AVL 4096 SEG_DESC_LONG 8192 "
            + "SEG_DESC_DEF32 16384 SEG_DESC_GRANULARITY 32768 SEG_DESC_UNUSABLE 65536")]
    [InlineData(
        typeof(vm_intinfo),
        "VM_INTINFO_VECTOR_MASK 255 VM_INTINFO_TYPE_MASK 1792 VM_INTINFO_HWINTR 0 VM_INTINFO_NMI 512 VM_INTINFO_HWEXCEPTION 768 "
            + "VM_INTINFO_SWINTR 1024 VM_INTINFO_DEL_ERRCODE 2048 VM_INTINFO_RSVD 2147479552 VM_INTINFO_VALID 2147483648 "
            + "VM_INTINFO_ERRCODE_SHIFT 32")]
    [InlineData(
        typeof(snapshot_req),
        "STRUCT_VIOAPIC 1 STRUCT_VM 2 STRUCT_VLAPIC 3 VM_MEM 4 STRUCT_VHPET 5 STRUCT_VMCX 6 STRUCT_VATPIC 7 STRUCT_VATPIT 8 "
            + "STRUCT_VPMTMR 9 STRUCT_VRTC 10")]
    [InlineData(typeof(vm_inout), "VM_INOUT_BYTES_MASK 7 VM_INOUT_IN 8 VM_INOUT_STRING 16 VM_INOUT_REP 32")]
    [InlineData(typeof(vm_exit_ipi), "APIC_DELMODE_INIT 1280 APIC_DELMODE_STARTUP 1536")]
    [InlineData(typeof(vm_x2apic), "X2APIC_DISABLED 0 X2APIC_ENABLED 1")]
    [InlineData(typeof(vm_isa_irq_trigger), "EDGE_TRIGGER 0 LEVEL_TRIGGER 1")]
    [InlineData(typeof(vm_ioapic_irq), "REDIR_ENTRIES 32")]
    [InlineData(typeof(vm_readwrite_kernemu_device), "ACCESS_WIDTH_MASK 7")]
    [InlineData(typeof(cpuset_t), "CPU_SETSIZE 1024")]
    [InlineData(typeof(vm_stats), "MAX_VM_STATS 64")]
    [InlineData(typeof(vie), "VIE_INST_SIZE 15")]
    public void NumbersAreTheReferences(Type type, string reference)
        => Assert.Equal(
            reference.Split(' ').Chunk(2).Select(pair => $"{pair[0]} {pair[1]}"),
            AbiTypes.Constants(type).Select(pair => $"{pair.Name} {pair.Value}"));

    private static string Whole(string name, string prefix)
        => name.StartsWith("VM_", StringComparison.Ordinal) ? name : prefix + name;
}
