using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Instructions;

namespace VmmEngine.FreeBsd;

/// <summary>The linear address of a decoded instruction's memory operand, for back ends that only tell the guest-physical one.</summary>
internal static class LinearOperand
{
    private const int Rsi = vm_reg_name.VM_REG_GUEST_RSI;
    private const int Rdi = vm_reg_name.VM_REG_GUEST_RDI;
    private const byte FirstMove = 0xA4;
    private const byte LastMove = 0xA5;
    private const byte FirstLoad = 0xAC;
    private const byte LastLoad = 0xAD;

    /// <summary>Computes it from the registers before the instruction.</summary>
    /// <param name="vie">Decoded.</param>
    /// <param name="registers">With their system part.</param>
    /// <param name="isLong">64-bit mode, where only FS and GS have bases.</param>
    /// <param name="isWrite">Which operand of an instruction with two.</param>
    public static ulong Find(in vie vie, ref CpuRegisters registers, bool isLong, bool isWrite)
    {
        VieOperands operands = (VieOperands)vie.op.op_flags;
        int addressSize = vie.addrsize_opsize & 15;
        int segment = vie.segment_register;
        ulong offset;
        if ((operands & VieOperands.Implicit) != 0)
        {
            bool source = UsesSource(vie.op.op_byte, isWrite);
            offset = RegisterMap.Get(ref registers, source ? Rsi : Rdi);
            segment = !source ? vm_reg_name.VM_REG_GUEST_ES : OrDefault(segment, vm_reg_name.VM_REG_GUEST_DS);
        }
        else if ((operands & VieOperands.Offset) != 0)
        {
            offset = (ulong)vie.immediate;
            segment = OrDefault(segment, vm_reg_name.VM_REG_GUEST_DS);
        }
        else
        {
            bool onStack = vie.base_register is vm_reg_name.VM_REG_GUEST_RSP or vm_reg_name.VM_REG_GUEST_RBP;
            offset = ValueOf(vie.base_register, ref registers) + (ValueOf(vie.index_register, ref registers) * vie.scale) + (ulong)vie.displacement;
            offset += vie.base_register == vm_reg_name.VM_REG_GUEST_RIP ? vie.num_processed : 0UL;
            segment = OrDefault(segment, onStack ? vm_reg_name.VM_REG_GUEST_SS : vm_reg_name.VM_REG_GUEST_DS);
        }

        offset = addressSize switch { 2 => (ushort)offset, 4 => (uint)offset, _ => offset };
        bool hasBase = !isLong || segment is vm_reg_name.VM_REG_GUEST_FS or vm_reg_name.VM_REG_GUEST_GS;
        ulong linear = offset + (hasBase ? RegisterMap.Segment(ref registers, segment).Base : 0);
        return isLong ? linear : (uint)linear;
    }

    // MOVS reads through RSI and writes through RDI, LODS has only the one, STOS and SCAS only the other. Of CMPS the first read is through RSI.
    private static bool UsesSource(byte opcode, bool isWrite) => opcode switch
    {
        >= FirstMove and <= LastMove => !isWrite,
        >= FirstLoad and <= LastLoad => true,
        0xA6 or 0xA7 => true,
        _ => false,
    };

    private static int OrDefault(int segment, int otherwise) => segment == vm_reg_name.VM_REG_LAST ? otherwise : segment;

    private static ulong ValueOf(int register, ref CpuRegisters registers) =>
        register == vm_reg_name.VM_REG_LAST ? 0 : RegisterMap.Get(ref registers, register);
}
