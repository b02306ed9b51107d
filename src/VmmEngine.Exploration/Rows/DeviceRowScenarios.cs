using VmmEngine.Abi.FreeBsd;
using VmmEngine.Exploration.Scenarios;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Tables;

namespace VmmEngine.Exploration.Rows;

/// <summary>
/// The rows of FreeBSD's VM device itself, each through the product's own dispatch, against one that takes the memory map and all vCPUs.
/// </summary>
/// <remarks>Its handlers do nothing here, so these show that a row lets go of what it takes and hangs nobody; what a lock set keeps out is shown by <see cref="RowScenarios"/>.</remarks>
internal static unsafe class DeviceRowScenarios
{
    private const int LargestArgument = 544;

    public static IEnumerable<Scenario> All()
    {
        foreach (CommandRow row in VmCommandTable.Rows.Where(row => row.Value is not null))
        {
            yield return Against(row, isRelaxed: false);
            if (row.Relaxed is not null)
            {
                yield return Against(row, isRelaxed: true);
            }
        }
    }

    private static Scenario Against(CommandRow row, bool isRelaxed)
    {
        string name = $"{row.Name}{(isRelaxed ? " (relaxed)" : "")} against VM_ALLOC_MEMSEG";
        int expected = row.NotYet ? Errno.ENOSYS : 0;
        return new Scenario("rows of the device", name, Expectation.Clean, world =>
        {
            VmWorld vm = new(world, 1, 1, callers: 2);
            VmCall caller = new(vm.Locks, vm.Lines);
            VmCall writer = new(vm.Locks, vm.Lines + 1);
            world.Thread(row.Name, () => Execute(in caller, row.Value!.Value, isRelaxed, expected));
            world.Thread("VM_ALLOC_MEMSEG", () => Execute(in writer, VmCommandWords.VM_ALLOC_MEMSEG, isRelaxed: false, expected: 0));
        });
    }

    private static void Execute(in VmCall call, uint command, bool isRelaxed, int expected)
    {
        byte* argument = stackalloc byte[LargestArgument];
        new Span<byte>(argument, LargestArgument).Clear();

        int error = isRelaxed
            ? VmCommands<ReplayAtomics, QuietHandlers>.IoctlRelaxed(in call, command, argument)
            : VmCommands<ReplayAtomics, QuietHandlers>.Ioctl(in call, command, argument);
        if (error != expected)
        {
            throw new InvalidOperationException($"0x{command:X8} answered {error} instead of {expected}");
        }
    }

    /// <summary>Handlers that do nothing: there is no VM behind these locks.</summary>
    private readonly struct QuietHandlers : IVmHandlers
    {
        public static int GetRegister(in VmCall call, Vcpu* vcpu, ref vm_register argument) => 0;

        public static int SetRegister(in VmCall call, Vcpu* vcpu, ref vm_register argument) => 0;

        public static int GetRegisterSet(in VmCall call, Vcpu* vcpu, ref vm_register_set argument) => 0;

        public static int SetRegisterSet(in VmCall call, Vcpu* vcpu, ref vm_register_set argument) => 0;

        public static int GetCapability(in VmCall call, Vcpu* vcpu, ref vm_capability argument) => 0;

        public static int SetCapability(in VmCall call, Vcpu* vcpu, ref vm_capability argument) => 0;

        public static int ActivateCpu(in VmCall call, Vcpu* vcpu, ref vm_activate_cpu argument) => 0;

        public static int InjectException(in VmCall call, Vcpu* vcpu, ref vm_exception argument) => 0;

        public static int GetStatistics(in VmCall call, Vcpu* vcpu, ref vm_stats argument) => 0;

        public static int DescribeStatistic(in VmCall call, ref vm_stat_desc argument) => 0;

        public static int AllocateSegment(in VmCall call, ref vm_memseg argument) => 0;

        public static int MapSegment(in VmCall call, ref vm_memmap argument) => 0;

        public static int UnmapSegment(in VmCall call, ref vm_munmap argument) => 0;

        public static int Reinitialize(in VmCall call) => 0;

        public static int GetSegment(in VmCall call, ref vm_memseg argument) => 0;

        public static int GetNextMapping(in VmCall call, ref vm_memmap argument) => 0;

        public static int SuspendCpu(in VmCall call, Vcpu* vcpu, ref vm_activate_cpu argument) => 0;

        public static int ResumeCpu(in VmCall call, Vcpu* vcpu, ref vm_activate_cpu argument) => 0;

        public static int Suspend(in VmCall call, ref vm_suspend argument) => 0;

        public static int GetCpus(in VmCall call, ref vm_cpuset argument) => 0;

        public static int GetTopology(in VmCall call, ref vm_cpu_topology argument) => 0;

        public static int SetTopology(in VmCall call, ref vm_cpu_topology argument) => 0;

        public static int Run(in VmCall call, Vcpu* vcpu, ref vm_run argument) => 0;

        public static int GetSegmentDescriptor(in VmCall call, Vcpu* vcpu, ref vm_seg_desc argument) => 0;

        public static int SetSegmentDescriptor(in VmCall call, Vcpu* vcpu, ref vm_seg_desc argument) => 0;

        public static int Translate(in VmCall call, Vcpu* vcpu, ref vm_gla2gpa argument) => 0;

        public static int TranslateWithoutFault(in VmCall call, Vcpu* vcpu, ref vm_gla2gpa argument) => 0;

        public static int SetEventInfo(in VmCall call, Vcpu* vcpu, ref vm_intinfo argument) => 0;

        public static int GetEventInfo(in VmCall call, Vcpu* vcpu, ref vm_intinfo argument) => 0;

        public static int RestartInstruction(in VmCall call, Vcpu* vcpu, ref int argument) => 0;

        public static int BindDevice(in VmCall call, ref vm_pptdev argument) => 0;

        public static int UnbindDevice(in VmCall call, ref vm_pptdev argument) => 0;

        public static int MapDeviceMemory(in VmCall call, ref vm_pptdev_mmio argument) => 0;

        public static int UnmapDeviceMemory(in VmCall call, ref vm_pptdev_mmio argument) => 0;

        public static int Snapshot(in VmCall call, ref vm_snapshot_meta argument) => 0;

        public static int RestoreTime(in VmCall call, ref int argument) => 0;

        public static int InjectNmi(in VmCall call, Vcpu* vcpu, ref vm_nmi argument) => 0;

        public static int SetX2ApicState(in VmCall call, Vcpu* vcpu, ref vm_x2apic argument) => 0;

        public static int GetX2ApicState(in VmCall call, Vcpu* vcpu, ref vm_x2apic argument) => 0;

        public static int ReadEmulatedDevice(in VmCall call, Vcpu* vcpu, ref vm_readwrite_kernemu_device argument) => 0;

        public static int WriteEmulatedDevice(in VmCall call, Vcpu* vcpu, ref vm_readwrite_kernemu_device argument) => 0;

        public static int RaiseApicInterrupt(in VmCall call, Vcpu* vcpu, ref vm_lapic_irq argument) => 0;

        public static int RaiseLocalApicInterrupt(in VmCall call, Vcpu* vcpu, ref vm_lapic_irq argument) => 0;

        public static int SendMsi(in VmCall call, ref vm_lapic_msi argument) => 0;

        public static int AssertIoApicPin(in VmCall call, ref vm_ioapic_irq argument) => 0;

        public static int DeassertIoApicPin(in VmCall call, ref vm_ioapic_irq argument) => 0;

        public static int PulseIoApicPin(in VmCall call, ref vm_ioapic_irq argument) => 0;

        public static int AssertIsaLine(in VmCall call, ref vm_isa_irq argument) => 0;

        public static int DeassertIsaLine(in VmCall call, ref vm_isa_irq argument) => 0;

        public static int PulseIsaLine(in VmCall call, ref vm_isa_irq argument) => 0;

        public static int SetIsaLineTrigger(in VmCall call, ref vm_isa_irq_trigger argument) => 0;

        public static int GetHpetCapabilities(in VmCall call, ref vm_hpet_cap argument) => 0;

        public static int SetDeviceMsi(in VmCall call, ref vm_pptdev_msi argument) => 0;

        public static int SetDeviceMsix(in VmCall call, ref vm_pptdev_msix argument) => 0;

        public static int DisableDeviceMsix(in VmCall call, ref vm_pptdev argument) => 0;

        public static int GetIoApicPinCount(in VmCall call, ref int argument) => 0;

        public static int GetPageTableEntries(in VmCall call, ref vm_gpa_pte argument) => 0;

        public static int ReadRtc(in VmCall call, ref vm_rtc_data argument) => 0;

        public static int WriteRtc(in VmCall call, ref vm_rtc_data argument) => 0;

        public static int GetRtcTime(in VmCall call, ref vm_rtc_time argument) => 0;

        public static int SetRtcTime(in VmCall call, ref vm_rtc_time argument) => 0;

        public static int AllocateSegment12(in VmCall call, ref vm_memseg_12 argument) => 0;

        public static int GetSegment12(in VmCall call, ref vm_memseg_12 argument) => 0;

        public static int AllocateSegment14(in VmCall call, ref vm_memseg_14 argument) => 0;

        public static int GetSegment14(in VmCall call, ref vm_memseg_14 argument) => 0;

        public static int Run13(in VmCall call, Vcpu* vcpu, ref vm_run_13 argument) => 0;

        public static int GetStatistics13(in VmCall call, Vcpu* vcpu, ref vm_stats_13 argument) => 0;

        public static int Snapshot13(in VmCall call, ref vm_snapshot_meta_13 argument) => 0;

        public static int ReadMemory(in VmCall call, ref MemoryTransfer argument) => 0;

        public static int WriteMemory(in VmCall call, ref MemoryTransfer argument) => 0;

        public static int FindMemory(in VmCall call, ref MemoryView argument) => 0;

        public static int RunSlice(in VmCall call, Vcpu* vcpu, ref VcpuSlice argument) => 0;

        public static int ReadRegisters(in VmCall call, Vcpu* vcpu, ref VcpuRegisters argument) => 0;

        public static int ReadParkedRegisters(in VmCall call, Vcpu* vcpu, ref VcpuRegisters argument) => 0;

        public static int WriteRegisters(in VmCall call, Vcpu* vcpu, ref VcpuRegisters argument) => 0;

        public static int TearDown(in VmCall call) => 0;
    }
}
