using VmmEngine.Abi.FreeBsd;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.Backends;
using VmmEngine.Instructions;
using VmmEngine.Paging;
using vm_exit = VmmEngine.Abi.OpenBsd.vm_exit;

namespace VmmEngine.OpenBsd;

/// <summary>Puts a back end's exit into the interface's form, in the numbers of Intel processors.</summary>
internal static unsafe class ExitReport
{
    private const int Rax = 0;
    private const byte DxOperand = 0;
    private const byte ImmediateOperand = 1;

    /// <summary>A port instruction, at its beginning.</summary>
    public static void FillPort(Vm vm, VcpuExit* raw, ref CpuRegisters registers, ref vm_exit exit)
    {
        InstructionBytes bytes = Fetch(vm, in registers, out vm_guest_paging paging);
        PortInstruction instruction = PortInstruction.Decode(bytes.Span, paging.cpu_mode, PagingModes.DefaultOperandSize(in registers) != 0);
        exit.u.vei = new vm_exit_inout
        {
            vei_size = raw->Size,
            vei_dir = raw->Reason == ExitReason.PortIn ? vm_exit_inout.VEI_DIR_IN : vm_exit_inout.VEI_DIR_OUT,
            vei_rep = instruction.IsRepeated ? (byte)1 : (byte)0,
            vei_string = instruction.IsString ? (byte)1 : (byte)0,
            vei_encoding = instruction.HasImmediatePort ? ImmediateOperand : DxOperand,
            vei_port = raw->Port,
            vei_data = (uint)registers.General[Rax],
            vei_insn_len = (byte)instruction.Length,
        };
    }

    /// <summary>An access that the client is to carry out, or that a protection forbids, at the instruction's beginning.</summary>
    /// <param name="vm">Whose.</param>
    /// <param name="kind">A VEE_FAULT_ value.</param>
    /// <param name="registers">With their system part.</param>
    /// <param name="exit">What to fill.</param>
    public static void FillAccess(Vm vm, byte kind, in CpuRegisters registers, ref vm_exit exit)
    {
        InstructionBytes bytes = Fetch(vm, in registers, out vm_guest_paging paging);
        vie decoded = default;
        VieDecoder.Decode(bytes.Span, paging.cpu_mode, PagingModes.DefaultOperandSize(in registers) != 0, ref decoded);

        exit.u.vee = default;
        exit.u.vee.vee_fault_type = kind;
        if (decoded.decoded != 0)
        {
            exit.u.vee.vee_insn_info = vm_exit_eptviolation.VEE_LEN_VALID;
            exit.u.vee.vee_insn_len = decoded.num_processed;
        }
    }

    /// <summary>Fills all registers, which come with every return.</summary>
    public static void FillRegisters(ref CpuRegisters registers, in StoredRegisters stored, ref vm_exit exit)
    {
        RegisterState.Read(vm_rwregs_params.VM_RWREGS_ALL, ref registers, in stored, ref exit.vrs);
        bool isProtected = (registers.Cr0 & ControlBits.ProtectionEnable) != 0;
        exit.cpl = isProtected ? PagingModes.Of(in registers).cpl : 0;
    }

    private static InstructionBytes Fetch(Vm vm, in CpuRegisters registers, out vm_guest_paging paging)
    {
        paging = PagingModes.Of(in registers);
        return InstructionBytes.Fetch(vm.GuestMemory!.Map, in registers, paging);
    }
}
