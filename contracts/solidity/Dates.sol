// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// The day of the block: days since 1970-01-01, UTC.
function dayOfBlock() view returns (uint256) {
    return block.timestamp / 1 days;
}

/// The date of a day as the number yyyymmdd, in the Gregorian calendar, for days below 2^24. By the Euclidean
/// affine functions of C. Neri and L. Schneider, "Euclidean affine functions and their application to calendar
/// algorithms" (2022): years begin in March, so that a leap day is the last of its year.
function dateOfDay(uint256 day) pure returns (uint256) {
    unchecked {
        // Days since 0000-03-01, in quarters: a century has 36524.25 of them, a year 365.25.
        uint256 quarters = 4 * (day + 719_468) + 3;
        uint256 yearAndRest = 2_939_745 * (quarters % 146_097 | 3);
        uint256 dayOfYear = (yearAndRest & 0xffffffff) / 11_758_980;
        // Month in the upper part, day in the lower: 2141 / 2^16 of a month a day.
        uint256 monthAndDay = 2_141 * dayOfYear + 197_913;
        uint256 date = (quarters / 146_097 * 100 + (yearAndRest >> 32)) * 10_000 + (monthAndDay >> 16) * 100
            + (monthAndDay & 0xffff) / 2_141 + 1;
        // Months 13 and 14 are January and February of the next year.
        return dayOfYear < 306 ? date : date + 10_000 - 1_200;
    }
}

/// Whether `today` (date + 2^25·day) is that of the block or of the day before, and its date that of its day.
function isPresent(uint256 today) view returns (bool) {
    unchecked {
        uint256 day = today >> 25;
        // A day after the block's wraps around.
        return dayOfBlock() - day < 2 && today == day << 25 | dateOfDay(day);
    }
}
