using VmmEngine.Generators.Tests.Infrastructure;

namespace VmmEngine.Generators.Tests.Diagnostics;

/// <summary>Mistakes in lock sets.</summary>
internal static class FlagCases
{
    /// <summary>A table whose VMs are looked up by id.</summary>
    private static readonly string Lookup = TestWorld.Header
        .Replace("World.TestCall", "World.HostCall\ntarget      World.TestTarget", StringComparison.Ordinal)
        .Replace("ids         vcpu", "ids         vm vcpu", StringComparison.Ordinal)
        .Replace("create eject", "existing wait", StringComparison.Ordinal);

    public static IEnumerable<DiagnosticCase> All =>
    [
        DiagnosticCase.Row("VMM016", "VM_A 1 IOW vm_register SLOCK_MEMSEGS|[|LOCK_ONE_VCPUS|] A not-yet", "Unknown flag 'LOCK_ONE_VCPUS'. Did you mean 'LOCK_ONE_VCPU'?"),
        DiagnosticCase.Row(
            "VMM017",
            "VM_A 1 IO - SLOCK_MEMSEGS|[|XLOCK_MEMSEGS|]|LOCK_ALL_VCPUS A not-yet",
            "SLOCK_MEMSEGS and XLOCK_MEMSEGS take the same lock; keep one"),
        DiagnosticCase.Row(
            "VMM018",
            "VM_A 1 IOW vm_register LOCK_ONE_VCPU|[|LOCK_ALL_VCPUS|] A not-yet",
            "LOCK_ALL_VCPUS cannot follow or precede LOCK_ONE_VCPU: the row would wait for itself"),
        DiagnosticCase.Row(
            "VMM018",
            "VM_A 1 IOW vm_register ALLOC_VCPU|[|LOCK_ALL_VCPUS|] A not-yet",
            "LOCK_ALL_VCPUS cannot follow or precede ALLOC_VCPU: the row would wait for itself"),
        DiagnosticCase.Row("VMM019", "VM_A 1 IO - [|XLOCK_MEMSEGS|] A not-yet", "XLOCK_MEMSEGS needs LOCK_ALL_VCPUS"),
        DiagnosticCase.Row(
            "VMM020",
            "VM_A 1 IOW vm_register ALLOC_VCPU|[|MAYBE_ALLOC_VCPU|] A not-yet",
            "ALLOC_VCPU and MAYBE_ALLOC_VCPU both say how the vCPU is found; keep one"),
        DiagnosticCase.Row(
            "VMM021",
            "VM_A 1 IO - LOCK_ALL_VCPUS|[|XLOCK_MEMSEGS|] A not-yet",
            "XLOCK_MEMSEGS is taken after LOCK_ALL_VCPUS, against the declared order: privilege, VM, vm-list, memory-map, vcpus"),
        DiagnosticCase.Row(
            "VMM021",
            "VM_A 1 IO - SLOCK_MEMSEGS|[|PPT|] A not-yet",
            "PPT is taken after SLOCK_MEMSEGS, against the declared order: privilege, VM, vm-list, memory-map, vcpus"),
        DiagnosticCase.Row("VMM022", "VM_A 1 IOW vm_terminate_params [|FIND_VM|] A not-yet", "FIND_VM needs the header line 'target'"),
        DiagnosticCase.Row("VMM022", "VM_A - - - - A not-yet on=[|vm|]", "on=vm needs the header line 'target'"),
        new(
            "VMM022",
            TestWorld.Table("VM_A 1 IO - [|SLOCK_MEMSEGS|] A not-yet").Replace("memory-map ", "", StringComparison.Ordinal),
            "SLOCK_MEMSEGS needs the header line 'order ... memory-map'"),
        new("VMM022", Lookup + "VM_A 1 IOW vm_run_params FIND_VM|[|ALLOC_VCPU|] A not-yet", "ALLOC_VCPU needs the header line 'vcpus create'"),
        DiagnosticCase.Row("VMM023", "VM_A 1 IO - PPT|SLOCK_MEMSEGS A not-yet relaxed=[|PPT|]", "Relaxed set of 'VM_A': PPT is no lock and stays as it is"),
        DiagnosticCase.Row(
            "VMM023",
            "VM_A 1 IOW vm_register LOCK_ONE_VCPU A not-yet relaxed=[|NONE|]",
            "Relaxed set of 'VM_A': the handler gets a vCPU with both lock sets or with none"),
        DiagnosticCase.Row("VMM023", "VM_A 1 IO - SLOCK_MEMSEGS A not-yet relaxed=[|SLOCK_MEMSEGS|]", "Relaxed set of 'VM_A': it is the row's own set"),
        DiagnosticCase.Row("VMM023", "VM_A - - - SLOCK_MEMSEGS A not-yet relaxed=[|NONE|]", "Relaxed set of 'VM_A': an operation has one lock set"),
        DiagnosticCase.Row(
            "VMM028",
            "VM_A 1 IOW [|vm_memseg|] LOCK_ONE_VCPU A not-yet",
            "LOCK_ONE_VCPU needs a vCPU id, but the first member of 'vm_memseg' is 'int segid'"),
        DiagnosticCase.Row("VMM028", "VM_A 1 IO [|-|] LOCK_ONE_VCPU A not-yet", "LOCK_ONE_VCPU needs a vCPU id, but the first member of '-' is absent"),
        new(
            "VMM028",
            Lookup + "VM_A 1 IOW [|vm_terminate_params|] FIND_VM|FIND_VCPU A not-yet",
            "FIND_VCPU needs a vCPU id, but the second member of 'vm_terminate_params' is absent"),
        new("VMM029", Lookup + "VM_A 1 IOW [|vm_register|] FIND_VM A not-yet", "FIND_VM needs a VM id, but the first member of 'vm_register' is 'int cpuid'"),
        new(
            "VMM037",
            TestWorld.Table("VM_A 1 IO - [|SLOCK_MEMSEGS|] A not-yet").Replace("World.TestCall", "World.LinelessCall", StringComparison.Ordinal),
            "SLOCK_MEMSEGS needs 'Line.MemoryMap', which 'LinelessCall' does not offer",
            TestWorld.Source + "\nnamespace World { public readonly unsafe struct LinelessCall(VmmEngine.Locks.VmLocks* locks) { public ref VmmEngine.Locks.VmLocks Locks => ref *locks; } }"),
        DiagnosticCase.Row("VMM037", "VM_A 1 IO - [|SLOCK_VMLIST|] A not-yet", "SLOCK_VMLIST needs 'Locks.VmList', which 'TestCall' does not offer"),
        new(
            "VMM037",
            TestWorld.Table("VM_A 1 IO - - A not-yet option=[|Snapshot|]").Replace("World.TestCall", "World.BareCall", StringComparison.Ordinal),
            "Snapshot needs 'IsEnabled', which 'BareCall' does not offer"),
        DiagnosticCase.Row("VMM039", "VM_A 1 IO - SLOCK_MEMSEGS|[|SLOCK_MEMSEGS|] A not-yet", "Flag SLOCK_MEMSEGS is given twice"),
        DiagnosticCase.Row(
            "VMM045",
            "VM_A 1 IOW vm_register SLOCK_MEMSEGS|LOCK_ONE_VCPU A not-yet [|goes-last|]",
            "Row 'VM_A' goes last, which only a row can that takes LOCK_ONE_VCPU and no other lock"),
        DiagnosticCase.Row(
            "VMM045",
            "VM_B 1 IOW vm_register LOCK_ONE_VCPU A not-yet relaxed=ALLOC_VCPU [|goes-last|]",
            "Row 'VM_B' goes last, which only a row can that takes LOCK_ONE_VCPU and no other lock"),
        new(
            "VMM045",
            TestWorld.Table("VM_A 1 IOW vm_register LOCK_ONE_VCPU A not-yet [|goes-last|]").Replace("create eject", "create wait", StringComparison.Ordinal),
            "Row 'VM_A' goes last, which only a row can that stands under the header line 'vcpus ... eject'"),
    ];
}
