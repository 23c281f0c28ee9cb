// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {dateOfDay} from "../../solidity/Dates.sol";

/// Every day that `today` can name, against a calendar that counts days one by one.
contract DatesTest {
    function test_every_day_from_1970_to_2149() public pure {
        uint256 day = 0;
        for (uint256 year = 1970; year < 2150; ++year) {
            for (uint256 month = 1; month < 13; ++month) {
                uint256 length = daysIn(year, month);
                for (uint256 i = 1; i <= length; ++i) {
                    require(dateOfDay(day++) == year * 10_000 + month * 100 + i, "date");
                }
            }
        }
        // 16 bits of days end on 2149-06-06.
        require(day > type(uint16).max && dateOfDay(type(uint16).max) == 21_490_606, "all days of 16 bits");
    }

    function test_known_days() public pure {
        require(dateOfDay(0) == 19_700_101, "the first");
        require(dateOfDay(11_016) == 20_000_229, "a leap day of a year that 400 divides");
        require(dateOfDay(20_782) == 20_261_125, "a day of 2026");
        require(dateOfDay(47_540) == 21_000_228 && dateOfDay(47_541) == 21_000_301, "no leap day in 2100");
    }

    function daysIn(uint256 year, uint256 month) private pure returns (uint256) {
        if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }
}
