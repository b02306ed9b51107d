using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Generated;

/// <summary>Handlers that do nothing and are really called, as the C baseline's are: one for each row of locked.ioctls.</summary>
public partial struct LockedHandlers
{
    private const MethodImplOptions Call = MethodImplOptions.NoInlining;

    [MethodImpl(Call)]
    public static unsafe int GetRegister(in RatioCall call, Vcpu* vcpu, ref vm_register argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int SetRegister(in RatioCall call, Vcpu* vcpu, ref vm_register argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int GetRegisterSet(in RatioCall call, Vcpu* vcpu, ref vm_register_set argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int SetRegisterSet(in RatioCall call, Vcpu* vcpu, ref vm_register_set argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int GetCapability(in RatioCall call, Vcpu* vcpu, ref vm_capability argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int SetCapability(in RatioCall call, Vcpu* vcpu, ref vm_capability argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int ActivateCpu(in RatioCall call, Vcpu* vcpu, ref vm_activate_cpu argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int InjectException(in RatioCall call, Vcpu* vcpu, ref vm_exception argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int GetStatistics(in RatioCall call, Vcpu* vcpu, ref vm_stats argument) => 0;

    [MethodImpl(Call)]
    public static int DescribeStatistic(in RatioCall call, ref vm_stat_desc argument) => 0;

    [MethodImpl(Call)]
    public static int AllocateSegment(in RatioCall call, ref vm_memseg argument) => 0;

    [MethodImpl(Call)]
    public static int MapSegment(in RatioCall call, ref vm_memmap argument) => 0;

    [MethodImpl(Call)]
    public static int UnmapSegment(in RatioCall call, ref vm_munmap argument) => 0;

    [MethodImpl(Call)]
    public static int Reinitialize(in RatioCall call) => 0;

    [MethodImpl(Call)]
    public static int GetSegment(in RatioCall call, ref vm_memseg argument) => 0;

    [MethodImpl(Call)]
    public static int GetNextMapping(in RatioCall call, ref vm_memmap argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int SuspendCpu(in RatioCall call, Vcpu* vcpu, ref vm_activate_cpu argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int ResumeCpu(in RatioCall call, Vcpu* vcpu, ref vm_activate_cpu argument) => 0;

    [MethodImpl(Call)]
    public static int Suspend(in RatioCall call, ref vm_suspend argument) => 0;

    [MethodImpl(Call)]
    public static int GetCpus(in RatioCall call, ref vm_cpuset argument) => 0;

    [MethodImpl(Call)]
    public static int GetTopology(in RatioCall call, ref vm_cpu_topology argument) => 0;

    [MethodImpl(Call)]
    public static int SetTopology(in RatioCall call, ref vm_cpu_topology argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int Run(in RatioCall call, Vcpu* vcpu, ref vm_run argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int GetSegmentDescriptor(in RatioCall call, Vcpu* vcpu, ref vm_seg_desc argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int SetSegmentDescriptor(in RatioCall call, Vcpu* vcpu, ref vm_seg_desc argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int SetX2ApicState(in RatioCall call, Vcpu* vcpu, ref vm_x2apic argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int Translate(in RatioCall call, Vcpu* vcpu, ref vm_gla2gpa argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int TranslateWithoutFault(in RatioCall call, Vcpu* vcpu, ref vm_gla2gpa argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int SetEventInfo(in RatioCall call, Vcpu* vcpu, ref vm_intinfo argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int GetEventInfo(in RatioCall call, Vcpu* vcpu, ref vm_intinfo argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int RestartInstruction(in RatioCall call, Vcpu* vcpu, ref int argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int ReadEmulatedDevice(in RatioCall call, Vcpu* vcpu, ref vm_readwrite_kernemu_device argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int WriteEmulatedDevice(in RatioCall call, Vcpu* vcpu, ref vm_readwrite_kernemu_device argument) => 0;

    [MethodImpl(Call)]
    public static int BindDevice(in RatioCall call, ref vm_pptdev argument) => 0;

    [MethodImpl(Call)]
    public static int UnbindDevice(in RatioCall call, ref vm_pptdev argument) => 0;

    [MethodImpl(Call)]
    public static int MapDeviceMemory(in RatioCall call, ref vm_pptdev_mmio argument) => 0;

    [MethodImpl(Call)]
    public static int UnmapDeviceMemory(in RatioCall call, ref vm_pptdev_mmio argument) => 0;

    [MethodImpl(Call)]
    public static int Snapshot(in RatioCall call, ref vm_snapshot_meta argument) => 0;

    [MethodImpl(Call)]
    public static int RestoreTime(in RatioCall call, ref int argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int InjectNmi(in RatioCall call, Vcpu* vcpu, ref vm_nmi argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int RaiseApicInterrupt(in RatioCall call, Vcpu* vcpu, ref vm_lapic_irq argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int GetX2ApicState(in RatioCall call, Vcpu* vcpu, ref vm_x2apic argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int RaiseLocalApicInterrupt(in RatioCall call, Vcpu* vcpu, ref vm_lapic_irq argument) => 0;

    [MethodImpl(Call)]
    public static int SetDeviceMsi(in RatioCall call, ref vm_pptdev_msi argument) => 0;

    [MethodImpl(Call)]
    public static int SetDeviceMsix(in RatioCall call, ref vm_pptdev_msix argument) => 0;

    [MethodImpl(Call)]
    public static int DisableDeviceMsix(in RatioCall call, ref vm_pptdev argument) => 0;

    [MethodImpl(Call)]
    public static int SendMsi(in RatioCall call, ref vm_lapic_msi argument) => 0;

    [MethodImpl(Call)]
    public static int AssertIoApicPin(in RatioCall call, ref vm_ioapic_irq argument) => 0;

    [MethodImpl(Call)]
    public static int DeassertIoApicPin(in RatioCall call, ref vm_ioapic_irq argument) => 0;

    [MethodImpl(Call)]
    public static int PulseIoApicPin(in RatioCall call, ref vm_ioapic_irq argument) => 0;

    [MethodImpl(Call)]
    public static int GetIoApicPinCount(in RatioCall call, ref int argument) => 0;

    [MethodImpl(Call)]
    public static int AssertIsaLine(in RatioCall call, ref vm_isa_irq argument) => 0;

    [MethodImpl(Call)]
    public static int DeassertIsaLine(in RatioCall call, ref vm_isa_irq argument) => 0;

    [MethodImpl(Call)]
    public static int PulseIsaLine(in RatioCall call, ref vm_isa_irq argument) => 0;

    [MethodImpl(Call)]
    public static int SetIsaLineTrigger(in RatioCall call, ref vm_isa_irq_trigger argument) => 0;

    [MethodImpl(Call)]
    public static int GetPageTableEntries(in RatioCall call, ref vm_gpa_pte argument) => 0;

    [MethodImpl(Call)]
    public static int GetHpetCapabilities(in RatioCall call, ref vm_hpet_cap argument) => 0;

    [MethodImpl(Call)]
    public static int ReadRtc(in RatioCall call, ref vm_rtc_data argument) => 0;

    [MethodImpl(Call)]
    public static int WriteRtc(in RatioCall call, ref vm_rtc_data argument) => 0;

    [MethodImpl(Call)]
    public static int GetRtcTime(in RatioCall call, ref vm_rtc_time argument) => 0;

    [MethodImpl(Call)]
    public static int SetRtcTime(in RatioCall call, ref vm_rtc_time argument) => 0;

    [MethodImpl(Call)]
    public static int AllocateSegment12(in RatioCall call, ref vm_memseg_12 argument) => 0;

    [MethodImpl(Call)]
    public static int GetSegment12(in RatioCall call, ref vm_memseg_12 argument) => 0;

    [MethodImpl(Call)]
    public static int AllocateSegment14(in RatioCall call, ref vm_memseg_14 argument) => 0;

    [MethodImpl(Call)]
    public static int GetSegment14(in RatioCall call, ref vm_memseg_14 argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int Run13(in RatioCall call, Vcpu* vcpu, ref vm_run_13 argument) => 0;

    [MethodImpl(Call)]
    public static unsafe int GetStatistics13(in RatioCall call, Vcpu* vcpu, ref vm_stats_13 argument) => 0;

    [MethodImpl(Call)]
    public static int Snapshot13(in RatioCall call, ref vm_snapshot_meta_13 argument) => 0;
}
