using System.Numerics;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;

namespace VmmEngine.FreeBsd;

/// <summary>From which of the host's memory domains a segment is to be taken. Checked as upstream checks it, and otherwise without effect.</summary>
/// <param name="IsImpossible">No domain of the set exists: the engine shows its host's memory as one domain, number 0.</param>
internal readonly record struct DomainSet(bool IsImpossible)
{
    /// <summary>No wish.</summary>
    public static DomainSet None => default;
}

/// <summary>Reads the domains that an argument names.</summary>
internal static unsafe class DomainSets
{
    private const int SmallestMask = 8;
    private const int LargestMask = 32;

    /// <summary>Reads the set. Without a policy or a mask there is none.</summary>
    /// <returns>0; ERANGE for a mask of no possible size; EFAULT; EINVAL for an unknown policy, an empty mask, or several preferred domains.</returns>
    public static int Read(in vm_memseg argument, out DomainSet domains)
    {
        domains = DomainSet.None;
        if (argument.ds_policy == domainset_policy.DOMAINSET_POLICY_INVALID || argument.ds_mask == null)
        {
            return 0;
        }

        if (argument.ds_mask_size is < SmallestMask or > LargestMask)
        {
            return Errno.ERANGE;
        }

        ulong* mask = stackalloc ulong[LargestMask / sizeof(ulong)];
        new Span<ulong>(mask, LargestMask / sizeof(ulong)).Clear();
        if (!UserMemory.TryCopyIn(argument.ds_mask, mask, (nuint)argument.ds_mask_size))
        {
            return Errno.EFAULT;
        }

        int members = 0;
        for (int word = 0; word < LargestMask / sizeof(ulong); word++)
        {
            members += BitOperations.PopCount(mask[word]);
        }

        bool known = argument.ds_policy
            is >= domainset_policy.DOMAINSET_POLICY_ROUNDROBIN and <= domainset_policy.DOMAINSET_POLICY_INTERLEAVE;
        bool onePreferred = argument.ds_policy != domainset_policy.DOMAINSET_POLICY_PREFER || members == 1;
        if (!known || members == 0 || !onePreferred)
        {
            return Errno.EINVAL;
        }

        domains = new DomainSet(IsImpossible: (mask[0] & 1) == 0);
        return 0;
    }
}
